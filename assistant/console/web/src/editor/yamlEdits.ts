/** Single changes of front matter as text: what a change does not touch stays byte for byte. */

import { isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from "yaml";

import { applyEdit, type TextEdit } from "./source";
import { endOf, endOfPair, keyOf, nodeAt, pairOf, pairsOf, startOf, type Head, type Path } from "./yamlDocument";
import {
  isContainer,
  writeBlockText,
  writeFlow,
  writeItem,
  writePair,
  writeText,
  type TextStyle,
  type YamlValue,
} from "./yamlText";

/** The order in which fields are written that are not there yet; those that are not named come last. */
const ORDER = [
  "title",
  "description",
  "brief",
  "aliases",
  "context",
  "notes",
  "all_episodes",
  "deadline",
  "variables",
  "model",
  "guards",
  "on_breach",
  "output",
  "cache",
  "scope",
  "examples",
  "tests",
];

/** Return the text with another value at a path that has one. */
export function replaceValue(head: Head, path: Path, value: YamlValue): string {
  const node = nodeAt(head.root, path);
  const simple = node && isScalar(node) && node.range && !isContainer(value);
  const inPlace = simple && node.value !== null && value !== null ? scalarEdit(head, path, node, value) : null;
  return applyEdit(head.text, inPlace ?? wholeEdit(head, path, value));
}

/** Return the text with a field added to a map, which may be the whole. */
export function insertPair(head: Head, path: Path, name: string, value: YamlValue): string {
  const map = nodeAt(head.root, path);
  if (head.root === null) return `${withBreak(head.text)}${writePair(name, value, 0)}\n`;
  if (!isMap(map) || map.items.length === 0) return replaceValue(head, path, { [name]: value });
  if (map.flow) {
    const last = pairsOf(map).at(-1);
    const end = last ? endOfPair(last) : startOf(map) + 1;
    return applyEdit(head.text, { from: end, to: end, insert: `, ${writeFlow({ [name]: value }).slice(1, -1)}` });
  }
  const indent = columnOf(head.text, startOf(map));
  const before = path.length === 0 ? predecessor(map, name) : pairsOf(map).at(-1);
  const written = writePair(name, value, indent);
  if (!before) {
    const at = startOf(map);
    return applyEdit(head.text, { from: at, to: at, insert: `${written}\n${" ".repeat(indent)}` });
  }
  return insertLines(head.text, endOfPair(before), indent, " ".repeat(indent) + written);
}

/** Return the text without a field; its map must have others. */
export function removePair(head: Head, path: Path, name: string): string {
  const map = nodeAt(head.root, path) as YAMLMap;
  const pairs = pairsOf(map);
  const place = pairs.findIndex((pair) => keyOf(pair) === name);
  const pair = pairs[place];
  if (!pair) return head.text;
  const from = startOf(pair.key);
  const next = pairs[place + 1];
  if (map.flow) {
    const before = pairs[place - 1];
    return applyEdit(head.text, removalInFlow(before && endOfPair(before), from, endOfPair(pair), next && startOf(next.key)));
  }
  const line = lineStart(head.text, from);
  if (head.text.slice(line, from).trim() === "") return cutLines(head.text, line, endOfPair(pair));
  const to = next ? startOf(next.key) : nextLine(head.text, endOfPair(pair));
  const between = head.text.slice(endOfPair(pair), to);
  if (!between.includes("#")) return applyEdit(head.text, { from, to, insert: "" });
  return applyEdit(head.text, { from, to: lineEnd(head.text, endOfPair(pair)), insert: "" });
}

/** Return the text with an item added to a list, before the one at `index`. */
export function insertItem(head: Head, path: Path, index: number, value: YamlValue): string {
  const list = nodeAt(head.root, path) as YAMLSeq;
  const items = list.items as Node[];
  if (items.length === 0) return replaceValue(head, path, [value]);
  const before = items[index - 1];
  const after = items[index];
  if (list.flow) {
    const at = before ? endOf(before) : startOf(after as Node);
    const written = writeFlow(value, "item");
    return applyEdit(head.text, { from: at, to: at, insert: before ? `, ${written}` : `${written}, ` });
  }
  const indent = columnOf(head.text, dashOf(head.text, items[0] as Node));
  const written = `- ${writeItem(value, indent + 2)}`;
  if (before) return insertLines(head.text, endOf(before), indent, " ".repeat(indent) + written);
  const at = dashOf(head.text, after as Node);
  return applyEdit(head.text, { from: at, to: at, insert: `${written}\n${" ".repeat(indent)}` });
}

/** Return the text without an item of a list, which must have others. */
export function removeItem(head: Head, path: Path, index: number): string {
  const list = nodeAt(head.root, path) as YAMLSeq;
  const items = list.items as Node[];
  const item = items[index];
  if (!item) return head.text;
  const before = items[index - 1];
  const next = items[index + 1];
  if (list.flow) {
    return applyEdit(head.text, removalInFlow(before && endOf(before), startOf(item), endOf(item), next && startOf(next)));
  }
  const dash = dashOf(head.text, item);
  const line = lineStart(head.text, dash);
  if (head.text.slice(line, dash).trim() === "") return cutLines(head.text, line, endOf(item));
  const to = next ? dashOf(head.text, next) : nextLine(head.text, endOf(item));
  return applyEdit(head.text, { from: dash, to, insert: "" });
}

function scalarEdit(head: Head, path: Path, node: Node, value: string | number | boolean): TextEdit | null {
  const from = startOf(node);
  const to = endOf(node);
  if (typeof value !== "string") return isBlock(node) ? null : { from, to, insert: String(value) };
  const inFlow = isInFlow(head, path);
  const style = (node as { type?: TextStyle }).type;
  const indent = indentOf(head, path);
  if (isBlock(node)) {
    const block = writeBlockText(value, style, indent);
    const written = block ?? writeText(value, undefined, { inFlow, indent, field: fieldOf(path) });
    return { from, to, insert: atLineStart(head.text, to) ? `${written}\n` : written };
  }
  const alone = !inFlow && value.includes("\n") && head.text.slice(to, lineEnd(head.text, to)).trim() === "";
  const block = alone ? writeBlockText(value, undefined, indent) : null;
  return { from, to, insert: block ?? writeText(value, style, { inFlow, indent, field: fieldOf(path) }) };
}

/** Write a value anew, with its field's name where it has one. */
function wholeEdit(head: Head, path: Path, value: YamlValue): TextEdit {
  const name = path.at(-1);
  const parent = nodeAt(head.root, path.slice(0, -1));
  const node = nodeAt(head.root, path);
  const pair = isMap(parent) && typeof name === "string" ? pairOf(parent, name) : undefined;
  if (isInFlow(head, path)) {
    const from = node ? startOf(node) : endOfPair(pair as NonNullable<typeof pair>);
    const to = node ? endOf(node) : from;
    const lead = from === to && head.text[from - 1] === ":" ? " " : "";
    return { from, to, insert: lead + writeFlow(value, fieldOf(path)) };
  }
  const from = pair ? startOf(pair.key) : startOf(node as Node);
  const to = pair ? afterColon(head.text, endOfPair(pair), node) : endOf(node as Node);
  const indent = columnOf(head.text, from);
  const written = pair && typeof name === "string" ? writePair(name, value, indent) : writeItem(value, indent);
  const ended = to > from && atLineStart(head.text, to);
  return { from, to, insert: ended ? `${written}\n` : written };
}

/** Return the end of a field that may have no value, so that its colon belongs to it. */
function afterColon(text: string, end: number, node: Node | undefined): number {
  if (node && endOf(node) > startOf(node)) return end;
  const colon = /^[ \t]*:/.exec(text.slice(end));
  return colon ? end + colon[0].length : end;
}

function removalInFlow(beforeEnd: number | undefined, from: number, to: number, next: number | undefined): TextEdit {
  if (beforeEnd !== undefined) return { from: beforeEnd, to, insert: "" };
  return { from, to: next ?? to, insert: "" };
}

function predecessor(map: YAMLMap, name: string) {
  const place = ORDER.indexOf(name);
  if (place < 0) return pairsOf(map).at(-1);
  const earlier = new Set(ORDER.slice(0, place));
  return pairsOf(map).findLast((pair) => earlier.has(keyOf(pair)) || !ORDER.includes(keyOf(pair)));
}

/** Put lines below the line on which something ends, and below comments that belong to that. */
function insertLines(text: string, end: number, indent: number, lines: string): string {
  let at = nextLine(text, end);
  for (;;) {
    const line = text.slice(at, lineEnd(text, at));
    const isInner = /^\s*#/.test(line) && line.length - line.trimStart().length > indent;
    if (!isInner) break;
    at = nextLine(text, at + line.length);
  }
  const lead = at > 0 && text[at - 1] !== "\n" ? "\n" : "";
  return applyEdit(text, { from: at, to: at, insert: `${lead}${lines}\n` });
}

function cutLines(text: string, from: number, end: number): string {
  return applyEdit(text, { from, to: nextLine(text, end), insert: "" });
}

function isInFlow(head: Head, path: Path): boolean {
  return path.some((_step, length) => {
    const node = nodeAt(head.root, path.slice(0, length));
    return (isMap(node) || isSeq(node)) && node.flow === true;
  });
}

function isBlock(node: Node): boolean {
  return String((node as { type?: string }).type).startsWith("BLOCK_");
}

/** Return how far the lines of a block of text have to be indented. */
function indentOf(head: Head, path: Path): number {
  const name = path.at(-1);
  const parent = nodeAt(head.root, path.slice(0, -1));
  const pair = isMap(parent) && typeof name === "string" ? pairOf(parent, name) : undefined;
  if (pair) return columnOf(head.text, startOf(pair.key)) + 2;
  const node = nodeAt(head.root, path);
  return node ? columnOf(head.text, dashOf(head.text, node)) + 2 : 2;
}

function fieldOf(path: Path): string | undefined {
  const name = path.at(-1);
  return typeof name === "string" ? name : undefined;
}

function dashOf(text: string, item: Node): number {
  return text.lastIndexOf("-", startOf(item) - 1);
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  if (end < 0) return text.length;
  return end > offset && text[end - 1] === "\r" ? end - 1 : end;
}

function nextLine(text: string, offset: number): number {
  if (atLineStart(text, offset)) return offset;
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}

function atLineStart(text: string, offset: number): boolean {
  return offset === 0 || text[offset - 1] === "\n";
}

function withBreak(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
