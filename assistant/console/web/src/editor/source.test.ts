import { describe, expect, it } from "vitest";

import { applyEdit, lineBreakOf, offsetOf, placeOf, smallestEdit, splitSource } from "./source";
import { shippedTemplates } from "./testing";

const joined = (source: string) => {
  const { opening, head, closing, template } = splitSource(source);
  return opening + head + closing + template;
};

describe("splitting a prompt's text", () => {
  it.each(shippedTemplates())("takes %s apart and loses nothing", (name, source) => {
    const parts = splitSource(source);
    expect(joined(source)).toBe(source);
    expect(parts.fault).toBe(name.startsWith("_") ? "no-front-matter" : null);
    expect(source.slice(parts.headStart)).toContain(parts.head);
    expect(source.slice(parts.templateStart)).toBe(parts.template);
  });

  it.each([
    ["", "no-front-matter"],
    ["\n\n", "no-front-matter"],
    ["{% block a %}{% endblock %}", "no-front-matter"],
    [" x\n---\na: 1\n---\n", "no-front-matter"],
    ["---\ntitle: x", "not-closed"],
    ["---\ntitle: x\n  ---\n", "not-closed"],
    ["---\n---", null],
    ["\n\n---  \ntitle: x\n--- \r\nbody", null],
    ["---\r\ntitle: x\r\n---\r\nbody\r\n", null],
    ["\ufeff---\ntitle: x\n---\n", null],
  ])("finds the rules of %j", (source, fault) => {
    expect(splitSource(source).fault).toBe(fault);
    expect(joined(source)).toBe(source);
  });
});

describe("places and edits", () => {
  it("finds a place by line and column, and the other way", () => {
    const text = "ab\ncd\n\nef";
    for (let offset = 0; offset <= text.length; offset += 1) {
      const { line, column } = placeOf(text, offset);
      expect(offsetOf(text, line, column)).toBe(offset);
    }
    expect(offsetOf(text, 1, 99)).toBe(2);
    expect(offsetOf(text, 99)).toBe(text.length);
  });

  it.each([
    ["abc", "abc"],
    ["", "x"],
    ["aaa", "aa"],
    ["one two", "one 2 two"],
    ["\u{1F600}", "\u{1F601}"],
    ["a\u{1F600}b", "a\u{1F600}\u{1F600}b"],
    ["\u{1F600}", "\u{1FA00}"],
  ])("makes %j of %j with one edit that splits no character", (before, after) => {
    const edit = smallestEdit(before, after);
    expect(edit ? applyEdit(before, edit) : before).toBe(after);
    const cut = edit ? [before.slice(0, edit.from), before.slice(edit.to), edit.insert] : [];
    for (const part of cut) expect(() => encodeURIComponent(part)).not.toThrow();
  });

  it("tells the line break of a text", () => {
    expect(lineBreakOf("a\r\nb\n")).toBe("\r\n");
    expect(lineBreakOf("a\nb\r\n")).toBe("\n");
    expect(lineBreakOf("a")).toBe("\n");
  });
});
