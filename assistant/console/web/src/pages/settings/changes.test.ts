import { describe, expect, it } from "vitest";

import { changes } from "@/pages/settings/changes";

describe("changes", () => {
  it("names what differs, and nothing else", () => {
    const before = { budgets: [{ scope: "agent", id: "*", tokens_per_day: 100, cost_per_day: null }], prices: [] };
    const after = {
      budgets: [
        { scope: "team", id: "3", tokens_per_day: 7, cost_per_day: null },
        { scope: "agent", id: "*", tokens_per_day: 200, cost_per_day: null },
      ],
      prices: [],
    };
    expect(changes(before, after)).toEqual([
      { path: ["budgets", "agent *", "tokens_per_day"], before: "100", after: "200" },
      { path: ["budgets", "team 3", "tokens_per_day"], before: null, after: "7" },
    ]);
  });

  it("shows what came new, what went, and what is no object", () => {
    expect(changes(null, { private: ["email", "phone"] })).toEqual([
      { path: ["private"], before: null, after: "email, phone" },
    ]);
    expect(changes({ private: ["email", "iban"] }, { private: ["phone", "email"] })).toEqual([
      { path: ["private"], before: "iban", after: "phone" },
    ]);
    expect(changes({ enabled: true }, null)).toEqual([{ path: ["enabled"], before: "true", after: null }]);
    expect(changes("unreadable", { a: 1 })).toEqual([{ path: [], before: "unreadable", after: '{"a":1}' }]);
    expect(changes({ a: [1] }, { a: [1] })).toEqual([]);
  });

  it("says of what came new only what its name does not say", () => {
    const provider = { name: "custom", provider: "custom", model: "small", headers: [] };
    expect(changes([provider], [{ ...provider, model: "larger" }])).toEqual([
      { path: ["custom", "model"], before: "small", after: "larger" },
    ]);
    expect(changes({ prices: [] }, { prices: [{ provider: "custom", model: "m", input: 1 }] })).toEqual([
      { path: ["prices", "custom m", "input"], before: null, after: "1" },
    ]);
  });

  it("tells entries apart by their place where they have the same name", () => {
    const twins = [{ name: "a", pattern: "x" }, { name: "a", pattern: "y" }];
    expect(changes(twins, [twins[0], { name: "a", pattern: "z" }])).toEqual([
      { path: ["2", "pattern"], before: "y", after: "z" },
    ]);
  });

  it("ends somewhere", () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, index]));
    expect(changes(null, many)).toHaveLength(200);
  });
});
