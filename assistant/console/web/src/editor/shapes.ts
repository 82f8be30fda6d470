/** Reads fields of front matter that may hold anything: what is not what it should be is empty. */

import type { Fields, Path, YamlValue } from "./frontMatter";
import type { Problem } from "./interfaces";

/** Return the value at a path. */
export function valueAt(fields: Fields, path: Path): YamlValue | undefined {
  let value: YamlValue | undefined = fields;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.hasOwn(value, step) ? (value as Record<string | number, YamlValue>)[step] : undefined;
  }
  return value;
}

/** Return a value as text; numbers are written out. */
export function asText(value: YamlValue | undefined): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** Return a value as a list; anything else is an empty one. */
export function asList(value: YamlValue | undefined): YamlValue[] {
  return Array.isArray(value) ? value : [];
}

/** Return a value as fields; anything else has none. */
export function asFields(value: YamlValue | undefined): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

/** Return the texts of a list. */
export function asTexts(value: YamlValue | undefined): string[] {
  return asList(value).map(asText);
}

/** Tell whether a field is there, and no list of fields, or of texts, such as a form can show. */
export function isOddList(value: YamlValue | undefined, of: "fields" | "texts"): boolean {
  if (value === undefined || value === null) return false;
  if (!Array.isArray(value)) return true;
  return value.some((each) => (typeof each === "object" && each !== null && !Array.isArray(each)) !== (of === "fields"));
}

/** Tell whether a field is there, and has no named fields in it. */
export function isOddMap(value: YamlValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== "object" || Array.isArray(value);
}

/**
 * Return what problems say of a field, or of anything in it.
 *
 * The service names the field before the sentence, with positions from 1: `tests.2.assert: …`. Where it names none, the
 * line tells.
 */
export function problemOf(problems: readonly Problem[], path: Path, fieldAt: (line: number) => Path): string {
  const wanted = path.map((step) => (typeof step === "number" ? String(step + 1) : step)).join(".");
  for (const { message, line } of problems) {
    const [name, sentence] = named(message);
    if (name === wanted || name.startsWith(`${wanted}.`)) return sentence;
    if (name !== "" || line === null) continue;
    const found = fieldAt(line);
    if (path.length > 0 && path.every((step, place) => found[place] === step)) return message;
  }
  return "";
}

function named(message: string): [string, string] {
  const found = /^([a-z_]+(?:\.[\w-]+)*): /.exec(message);
  return found?.[1] === undefined ? ["", message] : [found[1], message.slice(found[0].length)];
}

/** Return a name that is not taken yet: `tone`, then `tone_2`. */
export function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let number = 2; taken.includes(name); number += 1) name = `${wanted}_${number}`;
  return name;
}

/** Return a variable's value as its type has it, from what was typed; undefined for nothing. */
export function typedValue(written: string, type: string): YamlValue | undefined {
  if (type === "list") {
    const items = written.split("\n").filter((line) => line.trim() !== "");
    return items.length > 0 ? items : undefined;
  }
  if (written === "") return undefined;
  if ((type === "integer" || type === "number") && written.trim() !== "" && Number.isFinite(Number(written))) return Number(written);
  if (type === "boolean" && (written === "true" || written === "false")) return written === "true";
  return written;
}

/** Return a value as it is typed: a list has an item on each line. */
export function writtenValue(value: YamlValue | undefined): string {
  return Array.isArray(value) ? value.map(asText).join("\n") : asText(value);
}
