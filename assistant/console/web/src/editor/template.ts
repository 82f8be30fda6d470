/** What the template of a prompt is made of: its blocks, and the names that it reads. */

import { placeOf, splitSource } from "./source";

/** A block of a template: its text, and where that is in the template; offsets from 0. */
export interface Block {
  name: string;
  text: string;
  from: number;
  to: number;
  /** Whether other blocks stand within it. */
  nested: boolean;
}

type Kind = "comment" | "statement" | "expression";

interface Tag {
  kind: Kind;
  inner: string;
  from: number;
  to: number;
}

const TAG = /\{#[\s\S]*?#\}|\{%[-+]?([\s\S]*?)[-+]?%\}|\{\{[-+]?([\s\S]*?)[-+]?\}\}/g;
const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;
const NAME = /(?<![\w.])[A-Za-z_]\w*/g;
const WORDS = new Set(
  "and or not in is if else elif for endif endfor set true false none True False None loop super self".split(" "),
);
const NAMELESS = /^\s*(?:block|endblock|extends|include|endif|endfor|else)\b/;

/** Return the blocks of a template, in their order. */
export function blocksOf(template: string): Block[] {
  const blocks: Block[] = [];
  const open: { name: string; from: number; nested: boolean }[] = [];
  for (const tag of tagsOf(template)) {
    if (tag.kind !== "statement") continue;
    const name = /^\s*block\s+(\w+)/.exec(tag.inner)?.[1];
    if (name !== undefined) {
      for (const outer of open) outer.nested = true;
      open.push({ name, from: tag.to, nested: false });
    } else if (/^\s*endblock\b/.test(tag.inner)) {
      const begun = open.pop();
      if (begun) blocks.push({ ...begun, text: template.slice(begun.from, tag.from), to: tag.from });
    }
  }
  return blocks.sort((one, other) => one.from - other.from);
}

/**
 * Return the instruction of a prompt's text, without the line breaks around it.
 *
 * It is null where the template has none, or more than one, or one with blocks in it: then it is no plain text.
 */
export function readInstruction(source: string): string | null {
  const block = instructionOf(splitSource(source).template);
  return block ? withoutEnds(block.text).replaceAll("\r\n", "\n") : null;
}

/** Return the first and the last line of the instruction, from 1; null where there is none for a plain text field. */
export function instructionLines(source: string): readonly [number, number] | null {
  const { template, templateStart } = splitSource(source);
  const block = instructionOf(template);
  if (!block) return null;
  return [placeOf(source, templateStart + block.from).line, placeOf(source, templateStart + block.to).line];
}

/** Return a prompt's text with another instruction; null where it has none that can be replaced. */
export function writeInstruction(source: string, text: string): string | null {
  const parts = splitSource(source);
  const block = instructionOf(parts.template);
  if (!block) return null;
  const lineBreak = parts.template.includes("\r\n") ? "\r\n" : "\n";
  const before = /^\r?\n/.exec(block.text)?.[0] ?? "";
  const after = /\r?\n$/.exec(block.text.slice(before.length))?.[0] ?? "";
  const written = before + text.replaceAll("\n", lineBreak) + after;
  const template = parts.template.slice(0, block.from) + written + parts.template.slice(block.to);
  const changed = source.slice(0, parts.templateStart) + template;
  return readInstruction(changed) === text ? changed : null;
}

/** Return the names that a template reads, in the order in which they first appear; fields behind a dot are left out. */
export function namesReadBy(template: string): string[] {
  const bound = new Set<string>();
  const names = new Set<string>();
  for (const tag of tagsOf(template)) {
    if (tag.kind === "comment" || NAMELESS.test(tag.inner)) continue;
    const expression = boundIn(tag, bound).replace(TEXT, " ").replace(/\|\s*\w+/g, " ");
    for (const [name] of expression.matchAll(NAME)) if (!WORDS.has(name)) names.add(name);
  }
  return [...names].filter((name) => !bound.has(name));
}

/** Names that a template gives to values. */
export interface GivenNames {
  /** By `set`, and to the items of lists. */
  names: Set<string>;
  /** To the messages of a conversation. */
  messages: Set<string>;
  /** How many loops there are. */
  loops: number;
}

/** Return the names that a prompt's text gives to values. */
export function givenNames(source: string): GivenNames {
  const given: GivenNames = { names: new Set(), messages: new Set(), loops: 0 };
  for (const tag of tagsOf(source)) {
    if (tag.kind !== "statement") continue;
    const loop = /^\s*for\s+(\w+)\s+in\b\s*([\w.]*)/.exec(tag.inner);
    const name = loop?.[1] ?? /^\s*set\s+(\w+)\s*=/.exec(tag.inner)?.[1];
    if (name === undefined) continue;
    (loop?.[2] === "conversation.messages" ? given.messages : given.names).add(name);
    if (loop) given.loops += 1;
  }
  return given;
}

/** Return what a statement reads, and remember the name that it gives to a value. */
function boundIn(tag: Tag, bound: Set<string>): string {
  const given = tag.kind === "statement" ? /^\s*(?:set\s+(\w+)\s*=|for\s+(\w+)\s+in\b)/.exec(tag.inner) : null;
  const name = given?.[1] ?? given?.[2];
  if (!given || name === undefined) return tag.inner;
  bound.add(name);
  return tag.inner.slice(given[0].length);
}

function instructionOf(template: string): Block | undefined {
  const found = blocksOf(template).filter((block) => block.name === "instruction");
  return found.length === 1 && !found[0]?.nested ? found[0] : undefined;
}

function withoutEnds(text: string): string {
  return text.replace(/^\r?\n/, "").replace(/\r?\n$/, "");
}

function tagsOf(template: string): Tag[] {
  return [...template.matchAll(TAG)].map((found) => {
    const from = found.index;
    const to = from + found[0].length;
    if (found[1] !== undefined) return { kind: "statement", inner: found[1], from, to };
    if (found[2] !== undefined) return { kind: "expression", inner: found[2], from, to };
    return { kind: "comment", inner: "", from, to };
  });
}
