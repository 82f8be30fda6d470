/** What may be written at a place in a prompt's text. */

import { splitSource } from "./source";
import { blocksOf, givenNames } from "./template";
import { yamlPlace } from "./yamlPlace";
import type { KnownWord, Vocabulary } from "./vocabulary";

/** One thing that may be written. */
export interface Offer {
  label: string;
  /** What is written; the label, where it is left out. */
  apply?: string;
  about: string;
  type: "variable" | "property" | "function" | "keyword" | "enum" | "text";
}

/** What may be written from an offset on. */
export interface Offers {
  from: number;
  options: Offer[];
}

/** What a prompt declares itself, and what of its parents is known. */
export interface OwnWords {
  variables: KnownWord[];
  /** Blocks of the part that it extends. */
  blocks: string[];
}

const FARTHEST = 2000; // signs of an open tag that are looked at
const DURATIONS = ["45s", "30m", "1h", "12h", "1d", "7d"];
const ENDINGS = ["endblock", "endif", "endfor"];

/** Return what may be written at an offset; null where nothing is known to fit. */
export function offersAt(source: string, offset: number, known: Vocabulary, own: OwnWords): Offers | null {
  const inTag = inJinja(source, offset, known, own);
  if (inTag) return inTag.options.length > 0 ? inTag : null;
  const parts = splitSource(source);
  if (parts.fault || offset < parts.headStart || offset >= parts.templateStart) return null;
  return inFrontMatter(source.slice(parts.headStart, offset), offset, known, own);
}

function inFrontMatter(text: string, offset: number, known: Vocabulary, own: OwnWords): Offers | null {
  const place = yamlPlace(text.split("\n"));
  if (!place) return null;
  const options = place.kind === "key" ? keysIn(place.path, known, own) : valuesOf(place.path, known);
  const lead = place.needsSpace ? " " : "";
  const written = options.map((each) => (lead ? { ...each, apply: lead + (each.apply ?? each.label) } : each));
  return written.length > 0 ? { from: offset - place.word.length, options: written } : null;
}

/** Return a field's name as the vocabulary has it: variables have names of their own between. */
function fieldName(path: readonly string[]): string {
  return path[0] === "variables" ? ["variables", ...path.slice(2)].join(".") : path.join(".");
}

function keysIn(path: readonly string[], known: Vocabulary, own: OwnWords): Offer[] {
  if (path.at(-1) === "variables" && path.length > 1) {
    return own.variables.map(({ name, about }) => ({ label: name, apply: `${name}: `, about, type: "variable" }));
  }
  if (path.length === 1 && path[0] === "variables") return [];
  const prefix = path.length > 0 ? `${fieldName(path)}.` : "";
  return known.fields
    .filter(({ name }) => name.startsWith(prefix) && !name.slice(prefix.length).includes("."))
    .map(({ name, about }) => {
      const label = name.slice(prefix.length);
      return { label, apply: `${label}: `, about, type: "property" };
    });
}

function valuesOf(path: readonly string[], known: Vocabulary): Offer[] {
  const name = fieldName(path);
  const field = known.fields.find((each) => each.name === name);
  const words: Record<string, KnownWord[]> = {
    guards: known.guards,
    "variables.type": known.variable_types,
    "tests.assert.type": known.assertions,
    "variables.default_setting": known.settings.map(named),
  };
  const found = words[name];
  if (found) return found.map(enumerated);
  if (field?.kind === "boolean") return ["true", "false"].map(named).map(enumerated);
  if (field?.kind === "duration") return DURATIONS.map(named).map(enumerated);
  return (field?.choices ?? []).map(named).map(enumerated);
}

/** Return what fits into a tag that is open at an offset; null if none is. */
function inJinja(source: string, offset: number, known: Vocabulary, own: OwnWords): Offers | null {
  const before = source.slice(Math.max(0, offset - FARTHEST), offset);
  const comment = before.lastIndexOf("{#");
  if (comment >= 0 && !before.includes("#}", comment)) return { from: offset, options: [] };
  const start = Math.max(before.lastIndexOf("{{"), before.lastIndexOf("{%"));
  if (start < 0 || /[%}]\}/.test(before.slice(start + 2))) return null;
  const inner = before.slice(start + 2).replace(/^[-+]/, "");
  const opened = before.slice(start, start + 2);
  const word = /\w*$/.exec(inner)?.[0] ?? "";
  const from = offset - word.length;
  const lead = inner.slice(0, inner.length - word.length);
  const inStatement = opened === "{%" ? inTag(lead, source, known, own) : null;
  const quoted = isInText(lead);
  return { from, options: inStatement ?? (quoted ? [] : inExpression(lead, source, known, own)) };
}

function inTag(lead: string, source: string, known: Vocabulary, own: OwnWords): Offer[] | null {
  if (/^\s*$/.test(lead)) {
    const tags = known.tags.map(({ name, about }) => keyword(name, about));
    const space = lead === "" ? " " : "";
    return [...tags, ...ENDINGS.map((name) => keyword(name, ""))].map((each) => ({
      ...each,
      apply: space + each.label + (each.label === "else" || ENDINGS.includes(each.label) ? "" : " "),
    }));
  }
  const part = /^\s*(?:extends|include)\s+("?)$/.exec(lead);
  if (part) {
    const quote = part[1] ? "" : '"';
    const files = known.parts.map((name) => (name.endsWith(".j2") ? name : `${name}.j2`));
    return files.map((name) => ({ label: name, apply: quote + name + (quote || '"'), about: "", type: "text" }));
  }
  if (/^\s*block\s+$/.test(lead)) {
    const there = new Set(blocksOf(source).map((block) => block.name));
    const names = new Set(["system", "user", ...own.blocks]);
    return [...names].filter((name) => !there.has(name)).map((name) => keyword(name, ""));
  }
  return /^\s*(?:for\s+\w*$|set\s+$|for\s+\w+\s+$|endblock|endif|endfor)/.test(lead) ? [] : null;
}

function inExpression(lead: string, source: string, known: Vocabulary, own: OwnWords): Offer[] {
  if (/\|\s*$/.test(lead)) {
    return known.filters.map(({ name, written, about }) => ({ label: name, apply: written, about, type: "function" }));
  }
  const given = givenNames(source);
  const owner = /(\w+)\.$/.exec(lead)?.[1];
  if (owner !== undefined) return fieldsOf(given.messages.has(owner) ? "message" : owner, known);
  if (/[\w"'\])]\s+$/.test(lead) && !/\b(?:if|elif|in|and|or|not|is|else)\s+$/.test(lead)) return [];
  const roots = new Map<string, string>();
  for (const { name, about } of known.names) {
    const root = name.split(".")[0] ?? name;
    const isThere = !["message", "loop"].includes(root) || (root === "loop" && given.loops > 0);
    if (isThere && !roots.has(root)) roots.set(root, root === name ? about : "");
  }
  for (const name of [...given.names, ...given.messages]) roots.set(name, "");
  for (const { name, about } of own.variables) roots.set(name, about);
  const names = [...roots].map(([label, about]): Offer => ({ label, about, type: "variable" }));
  const calls = known.functions.map(({ name, about }): Offer => ({ label: `${name}()`, about, type: "function" }));
  return lead.trim() === "" ? [...names, ...calls] : names;
}

function fieldsOf(owner: string, known: Vocabulary): Offer[] {
  return known.names
    .filter(({ name }) => name.startsWith(`${owner}.`))
    .map(({ name, about }) => ({ label: name.slice(owner.length + 1), about, type: "property" }));
}

/** Tell whether a text in quotes is open at the end of an expression. */
function isInText(lead: string): boolean {
  return /["']/.test(lead.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ""));
}

function keyword(label: string, about: string): Offer {
  return { label, about, type: "keyword" };
}

function named(name: string): KnownWord {
  return { name, about: "" };
}

function enumerated({ name, about }: KnownWord): Offer {
  return { label: name, about, type: "enum" };
}
