import { describe, expect, it } from "vitest";

import { fieldsAtLines, lineOfField, readFields, writeField, type Path, type YamlValue } from "./frontMatter";
import { smallestEdit, splitSource } from "./source";
import { shippedPrompts } from "./testing";
import { nodeAt, parseHead, isHead } from "./yamlDocument";

const NASTY_TEXTS = [
  "plain",
  "Calm #1 reply",
  "a: b",
  "ends with:",
  "'single' and \"double\"",
  "- dash",
  "[list]",
  "{{ language }}",
  "007",
  "3.10",
  "true",
  "null",
  "yes",
  "~",
  "C:\\temp\\new",
  "two\nlines",
  "  space around  ",
  "trailing line\n",
  "\n\nleading lines",
  "tab\tinside",
  "a,b",
  "---",
  "---\n---",
  "& anchor",
  "# comment",
  "\u2028 and \u0085",
  "\u201ctypographic\u201d",
  "\u{1F600} emoji, ελληνικά, 日本語",
  "long ".repeat(60).trim(),
  "x  \n  y\n\n z",
];

const file = (head: string, body = "{% block user %}{{ content }}{% endblock %}\n") => `---\n${head}---\n${body}`;
const valueAt = (source: string, path: Path): YamlValue | undefined => {
  let value: YamlValue | undefined = readFields(source).fields;
  for (const step of path) value = (value as Record<string | number, YamlValue> | undefined)?.[step];
  return value;
};

/** All paths of values in the front matter of a text. */
function pathsOf(value: YamlValue, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, each]) =>
    pathsOf(each, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return path.length > 0 ? [path, ...inner] : inner;
}

/** Whether a path is among the twentieth that is tried, so that all templates together take a few seconds. */
const isTried = (path: Path, place: number) => path.length === 1 || place % 20 === 0;

/** See that a change touches nothing but the value itself. */
function expectOnlyValueChanged(before: string, after: string, path: Path) {
  const edit = smallestEdit(before, after);
  if (!edit) return;
  const parts = splitSource(before);
  const head = parseHead(parts.head);
  if (!isHead(head)) throw new Error("not readable");
  const range = nodeAt(head.root, path)?.range ?? [0, 0, 0];
  expect(edit.from).toBeGreaterThanOrEqual(parts.headStart + range[0]);
  expect(edit.to).toBeLessThanOrEqual(parts.headStart + range[1]);
}

describe.each(shippedPrompts())("%s", (_name, source) => {
  const { fields, fault } = readFields(source);

  it("is read", () => {
    expect(fault).toBeNull();
    expect(fields["title"]).toBeTruthy();
  });

  it("stays the same when a field gets the value that it has", () => {
    for (const path of pathsOf(fields).filter(isTried)) expect(writeField(source, path, valueAt(source, path))).toBe(source);
  });

  it("takes any text for any text, changes nothing else, and takes the old one back", () => {
    const texts = pathsOf(fields).filter((path) => typeof valueAt(source, path) === "string");
    texts.forEach((path, place) => {
      if (place % 20 !== 0) return;
      const tried = [NASTY_TEXTS[place % NASTY_TEXTS.length] as string];
      for (const text of tried) {
        const written = writeField(source, path, text) ?? "";
        expect(valueAt(written, path)).toBe(text);
        expectOnlyValueChanged(source, written, path);
        const back = writeField(written, path, valueAt(source, path) as string) ?? "";
        expect(readFields(back).fields).toEqual(fields);
      }
    });
  });

  it("loses each field alone, and gets it back", () => {
    for (const path of pathsOf(fields).filter(isTried)) {
      const value = valueAt(source, path) as YamlValue;
      const without = writeField(source, path, undefined) ?? "";
      expect(splitSource(without).template).toBe(splitSource(source).template);
      if (path.some((step) => typeof step === "number")) continue;
      expect(valueAt(without, path)).toBeUndefined();
      const back = writeField(without, path, value) ?? "";
      expect(readFields(back).fields).toEqual(fields);
    }
  });

  it("takes another example and another test", () => {
    for (const name of ["examples", "tests"]) {
      const old = (fields[name] ?? []) as YamlValue[];
      const added: YamlValue = name === "tests" ? { content: "a: b", assert: [{ type: "html" }] } : { content: "a", reply: "b\nc" };
      for (const place of [0, Math.floor(old.length / 2), old.length]) {
        const list = [...old.slice(0, place), added, ...old.slice(place)];
        const written = writeField(source, [name], list) ?? "";
        expect(valueAt(written, [name])).toEqual(list);
        expect(smallestEdit(source, written)?.from).toBe(smallestEdit(source, written)?.to);
        if (old.length > 0) expect(writeField(written, [name], old)).toBe(source);
      }
    }
  });
});

describe.each([
  ["on a line of its own", ["title"], "title: x\n"],
  ["in quotes", ["title"], 'title: "x"\n'],
  ["in single quotes", ["title"], "title: 'x' # c\n"],
  ["in braces", ["examples", 0, "reply"], "title: x\nexamples: [{content: a, reply: b}]\n"],
  ["in a list", ["aliases", 1], "aliases:\n  - a\n  - b # c\n  - d\n"],
  ["as a block", ["examples", 0, "reply"], "examples:\n  - reply: |\n      a\n\n      b\n    content: c\n"],
  ["as a folded block", ["brief"], "brief: >-\n  a\n  b\n# c\ntitle: x\n"],
] as [string, Path, string][])("a text %s", (_where, path, head) => {
  it.each(NASTY_TEXTS)("can become %j", (text) => {
    const written = writeField(file(head), path, text) ?? "";
    expect(valueAt(written, path)).toBe(text);
    expectOnlyValueChanged(file(head), written, path);
    expect(written.includes("# c")).toBe(head.includes("# c") || text.includes("# c"));
  });
});

describe("what an author wrote around the values", () => {
  const source = file(
    [
      "# a note at the top",
      "title:   'Calm'   # one word",
      "",
      "brief: make it calm",
      "model: { temperature: 0.3,   max_output_tokens: 400 }  # careful",
      "guards: [links,  numbers]",
      "variables:",
      "  # what it sounds like",
      "  tone:",
      "    type: choice   # of two",
      "    choices: [warm, cool]",
      "    default: warm",
      "examples:",
      "# the first",
      "- content: >-",
      "    folded",
      "    text",
      "  reply: short  # fine",
      "",
      "# the second",
      "- {content: a, reply: b}",
      "tests: []",
      "",
    ].join("\n"),
  );
  const comments = source.match(/# .*/g);

  it.each<[Path, YamlValue | undefined]>([
    [["title"], "Hot"],
    [["title"], "It's #1"],
    [["model", "temperature"], 1],
    [["model", "temperature"], undefined],
    [["guards"], ["links", "numbers", "html"]],
    [["guards"], ["numbers"]],
    [["guards", 0], "html"],
    [["variables", "tone", "default"], "cool"],
    [["variables", "tone", "description"], "How it sounds: warm or not"],
    [["variables", "size"], { type: "integer", default: 3 }],
    [["examples", 0, "content"], "another text"],
    [["examples", 0, "content"], "two\nlines"],
    [["examples", 1, "reply"], "two\nlines"],
    [["examples", 2], { content: "c", reply: "d" }],
    [["tests", 0], { content: "x", assert: [{ type: "max-words", value: 3 }] }],
    [["cache", "ttl"], "1d"],
    [["scope", "teams"], [1, 2]],
    [["description"], "Takes the heat out of a draft."],
    [["aliases"], ["one", "two"]],
    [["context"], "conversation"],
  ])("stays when %j becomes %j", (path, value) => {
    const written = writeField(source, path, value) ?? "";
    expect(valueAt(written, path)).toEqual(value);
    expect(written.replace("It's #1", "").match(/# .*/g)).toEqual(comments);
  });

  it("stays in Windows' line breaks, too", () => {
    const windows = source.replaceAll("\n", "\r\n");
    const written = writeField(windows, ["examples", 0, "reply"], "one\ntwo") ?? "";
    expect(valueAt(written, ["examples", 0, "reply"])).toBe("one\ntwo");
    expect(written.replaceAll("\r\n", "")).not.toContain("\n");
    expect(writeField(written, ["examples", 0, "reply"], "short")?.includes("# the second")).toBe(true);
  });

  it("puts a new field where it is looked for", () => {
    const written = writeField(source, ["description"], "New") ?? "";
    expect(written.indexOf("description:")).toBeGreaterThan(written.indexOf("title:"));
    expect(written.indexOf("description:")).toBeLessThan(written.indexOf("brief:"));
    const scoped = writeField(source, ["scope", "languages"], ["de"]) ?? "";
    expect(scoped).toContain("\nscope: {languages: [de]}\nexamples:");
  });
});

describe("odd front matter", () => {
  it.each<[string, Path, YamlValue | undefined]>([
    ["title:\nbrief: x\n", ["title"], "New"],
    ["title: x\nmodel:\n", ["model", "temperature"], 0],
    ["title: x\nmodel: {}\n", ["model", "temperature"], 0],
    ["title: x\nmodel: {temperature: 0, }\n", ["model", "max_output_tokens"], 5],
    ["{title: x, brief: y}\n", ["title"], "a, b"],
    ["{title: x, brief: y}\n", ["guards"], ["links"]],
    ["{title: x, brief: y}\n", ["title"], undefined],
    ["title: x\nguards: [\n  links,  # one\n  html\n]\n", ["guards"], ["links", "html", "length"]],
    ["title: |\n  x\nbrief: y\n", ["title"], "z"],
    ["title: >\n  x\n  y\n\nbrief: y\n", ["title"], "now this"],
    ["tests:\n- content: |+\n    a\n\n  assert: []\n", ["tests", 0, "assert"], [{ type: "html" }]],
    ["tests:\n  -\n    content: a\n    assert: [{type: html}]\n", ["tests", 0, "content"], undefined],
    ["tests:\n  - content: a\n    # why\n    assert: [{type: html}]\n", ["tests", 0, "content"], undefined],
    ["title: x\n# the end", ["brief"], "y"],
    ["", ["title"], "x"],
    ["# nothing yet\n", ["title"], "x"],
    ['"title": x\n', ["title"], "y"],
    ["variables:\n  constructor: {type: string}\n", ["variables", "constructor", "default"], "x"],
    ["variables: {}\n", ["variables", "valueOf"], { type: "string" }],
    ["title: x\ntitle2: y\n", ["title2"], undefined],
  ])("%j takes a change of %j", (head, path, value) => {
    const source = file(head === "title: x\n# the end" ? `${head}\n` : head);
    const written = writeField(source, path, value);
    expect(valueAt(written ?? "", path)).toEqual(value);
    expect(written?.match(/# .*/g)).toEqual(source.match(/# .*/g));
  });

  it.each([
    ["title: [a\n", "broken", 2],
    ["title: a\n b: c\n", "broken", 3],
    ["title: a\ntitle: b\n", "broken", 3],
    ["title: &a x\nbrief: *a\n", "anchors", 2],
    ["- a\n- b\n", "not-fields", 2],
    ["just text\n", "not-fields", 2],
    ["? {a: b}\n: c\n", "not-fields", 2],
    ["title: 'open\n", "broken", 2],
    ["\ttitle: x\n", "broken", 2],
  ])("%j is no form, and says why and where", (head, kind, line) => {
    const { fault } = readFields(file(head));
    expect(fault?.kind).toBe(kind);
    expect(Math.abs((fault?.line ?? 0) - line)).toBeLessThanOrEqual(1);
    expect(writeField(file(head), ["title"], "x")).toBeNull();
  });

  it("is no form without front matter", () => {
    expect(readFields("{% block user %}{% endblock %}").fault?.kind).toBe("no-front-matter");
    expect(readFields("---\ntitle: x\n").fault?.kind).toBe("not-closed");
    expect(writeField("text", ["title"], "x")).toBeNull();
  });

  it("reads a number as text where a text belongs, and as a number elsewhere", () => {
    const source = file("title: 007\nmodel: {temperature: 0.10}\nvariables: {size: {type: integer, default: 010}}\n");
    expect(readFields(source).fields).toEqual({
      title: "007",
      model: { temperature: 0.1 },
      variables: { size: { type: "integer", default: 10 } },
    });
    expect(writeField(source, ["title"], "008")).toContain('title: "008"\n');
  });
});

describe("places", () => {
  it("tells the line of a field, and the field of a line", () => {
    const source = file("title: x\ntests:\n  - content: a\n    assert:\n      - {type: html}\n");
    expect(lineOfField(source, ["tests", 0, "assert"])).toBe(6);
    expect(lineOfField(source, ["nothing"])).toBeNull();
    const fieldAt = fieldsAtLines(source);
    expect(fieldAt(2)).toEqual(["title"]);
    expect(fieldAt(6)).toEqual(["tests", 0, "assert", 0, "type"]);
    expect(fieldAt(8)).toEqual([]);
  });
});
