import { describe, expect, it } from "vitest";

import { changeOf, type Group, sorted, type Totals, valueOf, written } from "./figures";

const EMPTY: Totals = {
  requests: 0, hits: 0, coalesced: 0, errors: 0, input_tokens: 0, output_tokens: 0, cached_input_tokens: 0, cost: 0,
  unpriced: 0, p50_ms: 0, p95_ms: 0, first_p50_ms: 0, first_p95_ms: 0, cache_share: 0, error_codes: {}, kept: 0,
  edited: 0, undone: 0, kept_rate: null,
};
const totals = (changes: Partial<Totals>): Totals => ({ ...EMPTY, ...changes });
const group = (key: string, changes: Partial<Totals>): Group => ({ ...totals(changes), key, of: "" });

describe("figures", () => {
  it("are written as people read them, with a dash where there is none", () => {
    expect(written(1204, "requests", "en")).toBe("1,204");
    expect(written(0.0421, "cost", "en")).toBe("$0.0421");
    expect(written(0.384, "kept_rate", "en")).toBe("38%");
    expect(written(valueOf(EMPTY, "p50_ms"), "p50_ms", "en")).toBe("–");
    expect(written(valueOf(EMPTY, "cache_share"), "cache_share", "en")).toBe("–");
  });

  it("are better or worse than before, in their own sense", () => {
    const before = totals({ requests: 100, errors: 10, p50_ms: 1000, kept_rate: 0.5 });
    const now = totals({ requests: 150, errors: 15, p50_ms: 500, kept_rate: 0.4 });
    expect(changeOf(now, before, "requests")).toEqual({ by: 0.5, tone: "neutral", points: false });
    expect(changeOf(now, before, "errors")).toMatchObject({ tone: "bad" });
    expect(changeOf(now, before, "p50_ms")).toMatchObject({ by: -0.5, tone: "good" });
    expect(changeOf(now, before, "kept_rate")).toMatchObject({ tone: "bad", points: true });
    expect(changeOf(now, EMPTY, "requests")).toBeNull();
  });

  it("put groups in order, those without a figure last either way", () => {
    const groups = [group("b", { requests: 1, kept_rate: 0.2 }), group("a", { requests: 3 }), group("c", { requests: 2, kept_rate: 0.9 })];
    const keys = (found: Group[]): string[] => found.map((each) => each.key);
    const name = (each: Group): string => each.key;
    expect(keys(sorted(groups, "requests", true, name))).toEqual(["a", "c", "b"]);
    expect(keys(sorted(groups, "kept_rate", true, name))).toEqual(["c", "b", "a"]);
    expect(keys(sorted(groups, "kept_rate", false, name))).toEqual(["b", "c", "a"]);
    expect(keys(sorted(groups, "name", false, name))).toEqual(["a", "b", "c"]);
  });
});
