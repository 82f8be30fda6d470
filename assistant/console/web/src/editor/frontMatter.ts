/**
 * The front matter of a prompt as fields: read, and changed one by one in the text.
 *
 * A change is made in the text itself, so that comments, order, quotes and all else stay as they are. Each is read again
 * afterwards; if the text then says anything else than was meant, the field is written anew as a whole, and if even that
 * fails, nothing is changed.
 */

import { lineBreakOf, splitSource, type PromptParts, type SplitFault } from "./source";
import { isHead, nodeAt, parseHead, type Fields, type Head, type Path, type Unreadable } from "./yamlDocument";
import { insertItem, insertPair, removeItem, removePair, replaceValue } from "./yamlEdits";
import { isContainer, type YamlValue } from "./yamlText";

export type { Fields, Path, YamlValue };

/** Why a prompt's text can't be shown as a form; the place is in the whole text, from 1. */
export interface FormFault {
  kind: SplitFault | Unreadable["kind"];
  message: string;
  line: number;
  column: number;
}

/** The fields of a prompt's text, or why there are none. */
export interface ReadFields {
  fields: Fields;
  fault: FormFault | null;
}

/** Read the fields of a prompt's text. */
export function readFields(source: string): ReadFields {
  const parts = splitSource(source);
  if (parts.fault) return { fields: {}, fault: { kind: parts.fault, message: "", line: 1, column: 1 } };
  const read = parseHead(parts.head);
  if (isHead(read)) return { fields: read.values, fault: null };
  return { fields: {}, fault: { ...read, line: read.line + linesIn(parts.opening) } };
}

/**
 * Return a prompt's text with a field set, or left out where the value is undefined.
 *
 * Maps that become empty by that are left out, too. Returns null where the text has no fields that could be changed.
 */
export function writeField(source: string, path: Path, value: YamlValue | undefined): string | null {
  const parts = splitSource(source);
  const head = parts.fault ? null : parseHead(withLineFeeds(parts.head));
  if (!head || !isHead(head)) return null;
  const wanted = (changed(head.values, path, value) ?? {}) as Fields;
  const written = change(head.text, head.values, wanted) ?? changeWhole(head, wanted, path);
  return written === null ? null : joined(parts, written, lineBreakOf(source));
}

/** Return the line, from 1, on which a field of a prompt's text begins; null where it is not there. */
export function lineOfField(source: string, path: Path): number | null {
  const parts = splitSource(source);
  const head = parts.fault ? null : parseHead(parts.head);
  if (!head || !isHead(head)) return null;
  const node = nodeAt(head.root, path);
  return node?.range ? linesIn(source.slice(0, parts.headStart + node.range[0])) + 1 : null;
}

/** Return the fields in which lines of a prompt's text stand, the innermost first found; lines are from 1. */
export function fieldsAtLines(source: string): (line: number) => Path {
  const parts = splitSource(source);
  const head = parts.fault ? null : parseHead(parts.head);
  if (!head || !isHead(head)) return () => [];
  const starts: [number, Path][] = [];
  const visit = (value: YamlValue, path: Path) => {
    const node = nodeAt(head.root, path);
    if (node?.range && path.length > 0) {
      starts.push([linesIn(source.slice(0, parts.headStart + node.range[0])) + 1, path]);
    }
    if (isContainer(value)) {
      for (const [name, each] of Object.entries(value)) {
        visit(each, [...path, Array.isArray(value) ? Number(name) : name]);
      }
    }
  };
  visit(head.values, []);
  const last = linesIn(parts.opening) + linesIn(parts.head);
  return (line) => (line > last ? [] : (starts.findLast(([start]) => start <= line)?.[1] ?? []));
}

/** Return the text of front matter with all changes made; null if it then says something else. */
function change(text: string, before: YamlValue, after: Fields): string | null {
  try {
    const written = applied(text, [], before, after);
    return says(written, after) ? written : null;
  } catch {
    return null; // a text that can't be read half-way
  }
}

/** Return the text of front matter with the field that a path begins with written anew. */
function changeWhole(head: Head, wanted: Fields, path: Path): string | null {
  const name = String(path[0]);
  const value = wanted[name];
  if (value === undefined || !Object.hasOwn(head.values, name)) return null;
  const written = replaceValue(head, [name], value);
  return says(written, wanted) ? written : null;
}

function says(text: string, wanted: Fields): boolean {
  const read = parseHead(text);
  return isHead(read) && isEqual(read.values, wanted);
}

/** Make the changes below a path one after the other; each reads the text again. */
function applied(text: string, path: Path, before: YamlValue, after: YamlValue): string {
  if (isEqual(before, after)) return text;
  if (isFields(before) && isFields(after) && (path.length === 0 || hasBoth(before, after))) {
    return fieldsApplied(text, path, before, after);
  }
  if (Array.isArray(before) && Array.isArray(after) && hasBoth(before, after)) return itemsApplied(text, path, before, after);
  return replaceValue(headOf(text), path, after);
}

function fieldsApplied(text: string, path: Path, before: Fields, after: Fields): string {
  let written = text;
  for (const [name, value] of Object.entries(after)) {
    const old = own(before, name);
    written =
      old === undefined ? insertPair(headOf(written), path, name, value) : applied(written, [...path, name], old, value);
  }
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) written = removePair(headOf(written), path, name);
  }
  return written;
}

function itemsApplied(text: string, path: Path, before: YamlValue[], after: YamlValue[]): string {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && isEqual(before[start], after[start])) start += 1;
  let end = 0;
  while (end < most - start && isEqual(before.at(-1 - end), after.at(-1 - end))) end += 1;
  const common = most - start - end;
  let written = text;
  for (let place = start; place < start + common; place += 1) {
    written = applied(written, [...path, place], before[place] as YamlValue, after[place] as YamlValue);
  }
  for (let place = start + common; place < after.length - end; place += 1) {
    written = insertItem(headOf(written), path, place, after[place] as YamlValue);
  }
  for (let place = before.length - end - 1; place >= start + common; place -= 1) {
    written = removeItem(headOf(written), path, place);
  }
  return written;
}

function headOf(text: string): Head {
  const read = parseHead(text);
  if (!isHead(read)) throw new Error("the front matter can't be read");
  return read;
}

function changed(before: YamlValue | undefined, path: Path, value: YamlValue | undefined): YamlValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "number") {
    const items = Array.isArray(before) ? [...before] : [];
    const inner = changed(items[step], rest, value);
    if (inner === undefined) items.splice(step, 1);
    else items[step] = inner;
    return items.length === 0 ? undefined : items;
  }
  const fields: Fields = isFields(before) ? { ...before } : {};
  const inner = changed(own(fields, step), rest, value);
  if (inner === undefined) Reflect.deleteProperty(fields, step);
  else fields[step] = inner;
  const isEmpty = Object.keys(fields).length === 0 && value === undefined && before !== undefined;
  return isEmpty ? undefined : fields;
}

function joined(parts: PromptParts, head: string, lineBreak: string): string {
  const written = lineBreak === "\n" || !parts.head.includes("\r") ? head : head.replaceAll("\n", lineBreak);
  return parts.opening + written + parts.closing + parts.template;
}

function withLineFeeds(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function linesIn(text: string): number {
  return text.split("\n").length - 1;
}

function isFields(value: YamlValue | undefined): value is Fields {
  return isContainer(value) && !Array.isArray(value);
}

function hasBoth(before: object, after: object): boolean {
  return Object.keys(before).length > 0 && Object.keys(after).length > 0;
}

function isEqual(one: YamlValue | undefined, other: YamlValue | undefined): boolean {
  if (one === other) return true;
  if (!isContainer(one) || !isContainer(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => Object.hasOwn(other, name) && isEqual(own(one, name), own(other, name)));
}

/** Return the value of a field; a name such as `constructor` is nothing special. */
function own(value: YamlValue[] | Fields, name: string): YamlValue | undefined {
  return Object.hasOwn(value, name) ? (value as Fields)[name] : undefined;
}
