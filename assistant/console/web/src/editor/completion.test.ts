import { describe, expect, it } from "vitest";

import { offersAt, type OwnWords } from "./completion";
import { NO_VOCABULARY, type Vocabulary } from "./vocabulary";
import { yamlPlace } from "./yamlPlace";

const field = (name: string, kind = "text", choices: string[] = []) => ({
  name,
  kind,
  choices,
  about: `about ${name}`,
  required: false,
  default: null,
  least: null,
  most: null,
});
const word = (name: string) => ({ name, about: `about ${name}` });
const readable = (name: string) => ({ ...word(name), kind: "text", where: ["user"], needs_conversation: false });
const known: Vocabulary = {
  ...NO_VOCABULARY,
  names: ["content", "format", "conversation.messages", "conversation.subject", "message.role", "loop.index"].map(readable),
  filters: [
    { ...word("lower"), written: "lower" },
    { ...word("join"), written: "join(', ')" },
  ],
  tags: ["extends", "block", "if", "else"].map((name) => ({ ...word(name), written: `{% ${name} %}` })),
  functions: [{ ...word("super"), written: "{{ super() }}" }],
  fields: [
    field("title"),
    field("guards", "list"),
    field("context", "choice", ["draft", "conversation"]),
    field("notes", "boolean"),
    field("model", "fields"),
    field("model.temperature", "number"),
    field("variables", "map"),
    field("variables.type", "choice"),
    field("variables.default"),
    field("cache.ttl", "duration"),
    field("tests", "items"),
    field("tests.content"),
    field("tests.variables", "values"),
    field("tests.assert", "items"),
    field("tests.assert.type", "choice"),
    field("tests.assert.value"),
  ],
  variable_types: ["string", "choice"].map(word),
  guards: ["links", "numbers"].map(word),
  assertions: [{ ...word("contains"), takes: "text" }],
  parts: ["_rewrite.j2"],
};
const own: OwnWords = { variables: [word("tone")], blocks: ["instruction", "facts"] };

/** What is offered where a `|` stands; and from where it is written. */
function offered(text: string): string[] {
  const offset = text.indexOf("¦");
  const source = text.replace("¦", "");
  return offersAt(source, offset, known, own)?.options.map((each) => each.label) ?? [];
}

describe("front matter", () => {
  it.each([
    ["---\nti¦\n---\n", ["title", "guards", "context", "notes", "model", "variables", "tests"]],
    ["---\nguards: [links, ¦]\n---\n", ["links", "numbers"]],
    ["---\nguards:\n  - nu¦\n---\n", ["links", "numbers"]],
    ["---\nguards:\n- ¦\n---\n", ["links", "numbers"]],
    ["---\ncontext: ¦\n---\n", ["draft", "conversation"]],
    ["---\ncontext:¦\n---\n", ["draft", "conversation"]],
    ["---\nnotes: t¦\n---\n", ["true", "false"]],
    ["---\nmodel: {te¦}\n---\n", ["temperature"]],
    ["---\nmodel:\n  te¦\n---\n", ["temperature"]],
    ["---\nvariables:\n  tone: {type: ¦}\n---\n", ["string", "choice"]],
    ["---\nvariables:\n  tone:\n    ty¦\n---\n", ["type", "default"]],
    ["---\nvariables:\n  to¦\n---\n", []],
    ["---\ncache: {ttl: 1¦}\n---\n", ["45s", "30m", "1h", "12h", "1d", "7d"]],
    ["---\ntests:\n  - content: a\n    ass¦\n---\n", ["content", "variables", "assert"]],
    ["---\ntests:\n  - content: a\n    assert:\n      - {type: ¦}\n---\n", ["contains"]],
    ["---\ntests:\n  - content: a\n    assert:\n      - {ty¦}\n---\n", ["type", "value"]],
    ["---\ntests:\n- content: a\n  assert:\n  - type: con¦\n---\n", ["contains"]],
    ["---\ntests:\n  - content: a\n    variables: {t¦}\n---\n", ["tone"]],
    ["---\ntitle: some wo¦\n---\n", []],
    ["---\n# comm¦\n---\n", []],
    ["---\ntitle: \"{{ to¦ }}\"\n---\n", ["content", "format", "conversation", "tone", "super()"]],
  ])("%j", (text, labels) => expect(offered(text)).toEqual(labels));

  it("puts a space after a colon that has none", () => {
    const offers = offersAt("---\ncontext:\n---\n", 12, known, own);
    expect(offers?.options[0]?.apply).toBe(" draft");
  });

  it("tells a place from texts in quotes", () => {
    expect(yamlPlace(['model: {a: "x, {", t'])?.path).toEqual(["model"]);
    expect(yamlPlace(["a: 'open"])).toBeNull();
  });
});

describe("template", () => {
  const body = (text: string) => `---\ntitle: x\n---\n${text}`;

  it.each([
    ["{{ ¦", ["content", "format", "conversation", "tone", "super()"]],
    ["{{ to¦ }}", ["content", "format", "conversation", "tone", "super()"]],
    ["{{ tone | ¦ }}", ["lower", "join"]],
    ["{{ tone|lo¦", ["lower", "join"]],
    ["{{ conversation.¦ }}", ["messages", "subject"]],
    ["{% for m in conversation.messages %}{{ m.¦ }}{% endfor %}", ["role"]],
    ["{% for m in conversation.messages %}{{ loop.¦ }}{% endfor %}", ["index"]],
    ["{% for m in ¦", ["content", "format", "conversation", "tone"]],
    ["{% if ¦ %}", ["content", "format", "conversation", "tone"]],
    ["{% if tone == 'wa¦' %}", []],
    ["{% ¦ %}", ["extends", "block", "if", "else", "endblock", "endif", "endfor"]],
    ["{%¦", ["extends", "block", "if", "else", "endblock", "endif", "endfor"]],
    ['{% extends "¦" %}', ["_rewrite.j2"]],
    ["{% extends ¦ %}", ["_rewrite.j2"]],
    ["{% block facts %}{% endblock %}{% block ¦ %}", ["system", "user", "instruction"]],
    ["{# {{ ¦ #}", []],
    ["plain text¦", []],
    ["{{ tone }} ¦", []],
    ["{{ tone ¦ }}", []],
    ["{% set mood = 1 %}{{ m¦", ["content", "format", "conversation", "mood", "tone", "super()"]],
  ])("%j", (text, labels) => expect(offered(body(text))).toEqual(labels));

  it("writes a filter with its argument, and a part with its quotes", () => {
    const at = (text: string) => offersAt(body(text), body(text).length, known, own)?.options.at(-1)?.apply;
    expect(at("{{ tone | ")).toBe("join(', ')");
    expect(at("{% extends ")).toBe('"_rewrite.j2"');
  });
});
