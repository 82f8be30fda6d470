import { describe, expect, it } from "vitest";

import { splitSource } from "./source";
import { blocksOf, instructionLines, namesReadBy, readInstruction, writeInstruction } from "./template";
import { shippedPrompts, shippedTemplates } from "./testing";

describe("blocks", () => {
  it.each(shippedPrompts())("%s has an instruction that is plain text", (_name, source) => {
    const text = readInstruction(source) ?? "";
    expect(text).not.toMatch(/^\n|\n$/);
    expect(writeInstruction(source, text)).toBe(source);
    const written = writeInstruction(source, "Another one.\n\nWith {{ language }}.") ?? "";
    expect(readInstruction(written)).toBe("Another one.\n\nWith {{ language }}.");
    expect(splitSource(written).head).toBe(splitSource(source).head);
    expect(writeInstruction(written, text)).toBe(source);
  });

  it.each(shippedTemplates())("%s has its blocks, however nested", (_name, source) => {
    const template = splitSource(source).template.replace(/\{#[\s\S]*?#\}/g, "");
    expect(blocksOf(source).length).toBe(template.match(/\{%\s*block/g)?.length ?? 0);
  });

  it.each([
    ["{% block instruction %}a{% block b %}{% endblock %}{% endblock %}"],
    ["{% block instruction %}a{% endblock %}{% block instruction %}b{% endblock %}"],
    ["{# {% block instruction %}a{% endblock %} #}"],
    ["{% block instruction %}a"],
    [""],
  ])("%j has no instruction for a plain text field", (template) => {
    expect(readInstruction(`---\ntitle: x\n---\n${template}`)).toBeNull();
  });

  it("tells on which lines an instruction stands", () => {
    expect(instructionLines("---\ntitle: x\n---\n{% block instruction %}\na\nb\n{% endblock %}")).toEqual([4, 7]);
    expect(instructionLines("---\ntitle: x\n---\n")).toBeNull();
  });

  it("refuses an instruction that would end its own block", () => {
    const source = "---\ntitle: x\n---\n{%- block instruction -%}a{% endblock instruction %}";
    expect(writeInstruction(source, "b{% endblock %}{% block user %}")).toBeNull();
    expect(writeInstruction(source, "b")).toBe(source.replace("-%}a", "-%}b"));
  });
});

describe("names", () => {
  it("finds what a template reads", () => {
    const template = [
      '{% extends "_rewrite.j2" %}{# {{ not_this }} #}',
      "{% block instruction %}{{ tone | lower }} {{ conversation.subject }} {{ super() }}",
      '{% if size == "small" and formal %}{{ "word" ~ x }}{% elif not y %}{% endif %}',
      "{% for topic in topics %}{{ loop.index }}{{ topic }}{% endfor %}{% set mood = tone %}{{ mood }}{% endblock %}",
    ].join("\n");
    expect(namesReadBy(template)).toEqual(["tone", "conversation", "size", "formal", "x", "y", "topics"]);
  });
});
