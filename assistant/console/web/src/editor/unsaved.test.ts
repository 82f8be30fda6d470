import { describe, expect, it } from "vitest";

import { forgetWork, keepWork, unsavedWork, type Shelf } from "./unsaved";

/** A shelf with room for so many signs. */
function shelfOf(room: number): Shelf & { kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get length() {
      return kept.size;
    },
    key: (place) => [...kept.keys()][place] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    removeItem: (name) => void kept.delete(name),
    setItem(name, value) {
      const others = [...kept].filter(([each]) => each !== name).reduce((sum, [, each]) => sum + each.length, 0);
      if (others + value.length > room) throw new Error("QuotaExceededError");
      kept.set(name, value);
    },
  };
}

const DAY = 24 * 3600 * 1000;

describe("unsaved work", () => {
  it("is kept for each person and prompt, until it is saved", () => {
    const shelf = shelfOf(10_000);
    keepWork(shelf, 1, "calm", { source: "mine", revision: 3, at: DAY });
    keepWork(shelf, 2, "calm", { source: "theirs", revision: 3, at: DAY });
    expect(unsavedWork(shelf, 1, "calm", DAY)?.source).toBe("mine");
    expect(unsavedWork(shelf, 2, "calm", DAY)?.source).toBe("theirs");
    expect(unsavedWork(shelf, 1, "other", DAY)).toBeNull();
    forgetWork(shelf, 1, "calm");
    expect(unsavedWork(shelf, 1, "calm", DAY)).toBeNull();
  });

  it("goes after a month, and what can't be read is none", () => {
    const shelf = shelfOf(10_000);
    keepWork(shelf, 1, "calm", { source: "mine", revision: 3, at: DAY });
    expect(unsavedWork(shelf, 1, "calm", 32 * DAY)).toBeNull();
    shelf.kept.set("assistant.unsaved.1.odd", "{");
    shelf.kept.set("assistant.unsaved.1.list", "[1]");
    expect(unsavedWork(shelf, 1, "odd")).toBeNull();
    expect(unsavedWork(shelf, 1, "list")).toBeNull();
  });

  it("makes room by forgetting the oldest, and says so where there is none at all", () => {
    const shelf = shelfOf(150);
    for (const at of [1, 2, 3]) expect(keepWork(shelf, 1, `key${at}`, { source: "x".repeat(20), revision: 0, at })).toBe(true);
    expect(unsavedWork(shelf, 1, "key1", 4)).toBeNull();
    expect(unsavedWork(shelf, 1, "key3", 4)).not.toBeNull();
    expect(keepWork(shelf, 1, "long", { source: "x".repeat(200), revision: 0, at: 5 })).toBe(false);
  });

  it("is kept of twenty prompts", () => {
    const shelf = shelfOf(100_000);
    for (let at = 1; at <= 25; at += 1) keepWork(shelf, 1, `key${at}`, { source: "x", revision: 0, at });
    expect(shelf.kept.size).toBe(20);
    expect(unsavedWork(shelf, 1, "key5", 26)).toBeNull();
  });
});
