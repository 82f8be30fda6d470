import { describe, expect, it } from "vitest";

import { isUndoneALot, matches, ordered, passes } from "./listing";
import type { ListedPrompt } from "./requests";

const NO_USE = { uses: 0, errors: 0, cost: null, kept: 0, edited: 0, undone: 0, kept_rate: null };

function prompt(key: string, more: Partial<ListedPrompt> = {}): ListedPrompt {
  return { key, title: `Title of ${key}`, description: "", part: false, state: "shipped", draft: null, use: NO_USE, ...more } as ListedPrompt;
}

describe("the list of prompts", () => {
  it("finds all words of a search, wherever they stand", () => {
    const calm = prompt("reply_calm", { description: "Takes the heat out" });
    expect(matches(calm, "HEAT calm")).toBe(true);
    expect(matches(calm, "heat cold")).toBe(false);
    expect(matches(calm, "")).toBe(true);
  });

  it("names prompts that agents undo a lot, once enough of them have told", () => {
    const undone = (kept: number, lost: number) => prompt("a", { use: { ...NO_USE, kept, undone: lost } });
    expect(isUndoneALot(undone(3, 2))).toBe(true);
    expect(isUndoneALot(undone(0, 4))).toBe(false);
    expect(isUndoneALot(undone(8, 2))).toBe(false);
  });

  it("keeps shared parts apart", () => {
    expect(passes(prompt("_style", { part: true }), "all")).toBe(false);
    expect(passes(prompt("_style", { part: true }), "parts")).toBe(true);
  });

  it("has the worst kept-rate first, and those without one last", () => {
    const rate = (key: string, kept_rate: number | null) => prompt(key, { use: { ...NO_USE, kept_rate } });
    const prompts = [rate("none", null), rate("good", 0.9), rate("bad", 0.1)];
    expect(ordered(prompts, "kept").map(({ key }) => key)).toEqual(["bad", "good", "none"]);
  });
});
