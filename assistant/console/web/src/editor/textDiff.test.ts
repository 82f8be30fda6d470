import { describe, expect, it } from "vitest";

import { lineDiff, wordDiff } from "./textDiff";

const side = (pieces: { kind: string; text: string }[], left: string) =>
  pieces
    .filter((piece) => piece.kind === "equal" || piece.kind === left)
    .map((piece) => piece.text)
    .join("");

describe("word by word", () => {
  it.each([
    ["", ""],
    ["a b c", "a x c"],
    ["Thank you for your order.", "Thanks for your patience."],
    ["<b>bold</b>", "<i>bold</i>"],
    ["", "new"],
    ["old", ""],
    ["Größe ß", "Grösse ss"],
  ])("makes %j of %j", (before, after) => {
    const pieces = wordDiff(before, after);
    expect(side(pieces, "delete")).toBe(before);
    expect(side(pieces, "insert")).toBe(after);
  });

  it("keeps words whole", () => {
    expect(wordDiff("make it calm", "make it clear")).toEqual([
      { kind: "equal", text: "make it " },
      { kind: "delete", text: "calm" },
      { kind: "insert", text: "clear" },
    ]);
  });

  it("is done with two long texts that have little in common", () => {
    const text = (seed: number) => Array.from({ length: 4000 }, (_, place) => `w${(place * seed) % 997}`).join(" ");
    const pieces = wordDiff(text(7), text(13));
    expect(side(pieces, "delete")).toBe(text(7));
    expect(side(pieces, "insert")).toBe(text(13));
  });
});

describe("line by line", () => {
  it("numbers lines, marks words, and leaves out what is the same", () => {
    const old = Array.from({ length: 20 }, (_, place) => `line ${place + 1}`);
    const now = [...old];
    now[9] = "line ten";
    now.push("last");
    const lines = lineDiff(old.join("\n"), now.join("\n"));
    expect(lines[0]).toEqual({ kind: "gap", lines: 6, line: 1 });
    const changed = lines.filter((line) => line.kind === "delete" || line.kind === "insert");
    expect(changed).toEqual([
      { kind: "delete", before: 10, after: null, pieces: [{ kind: "equal", text: "line " }, { kind: "delete", text: "10" }] },
      { kind: "insert", before: null, after: 10, pieces: [{ kind: "equal", text: "line " }, { kind: "insert", text: "ten" }] },
      { kind: "insert", before: null, after: 21, pieces: [{ kind: "insert", text: "last" }] },
    ]);
    expect(lineDiff("a\nb", "a\nb")).toEqual([{ kind: "gap", lines: 2, line: 1 }]);
  });
});
