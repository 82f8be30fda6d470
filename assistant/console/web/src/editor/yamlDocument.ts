/** Reads front matter as the service does: YAML 1.2, in which a number where a text belongs is that text. */

import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

import type { YamlValue } from "./yamlText";

/** Where a value is: names of fields, and positions in lists from 0. */
export type Path = readonly (string | number)[];

export type Fields = { [name: string]: YamlValue };

/** Why front matter can't be shown as a form. */
export interface Unreadable {
  kind: "broken" | "anchors" | "not-fields";
  /** The parser's words, in English; empty where the kind says it all. */
  message: string;
  /** In the front matter, from 1. */
  line: number;
  column: number;
}

/** Front matter as it was parsed. */
export interface Head {
  text: string;
  root: YAMLMap | null;
  values: Fields;
}

const NUMERIC = new Set(["temperature", "max_output_tokens", "max_length", "threshold", "teams", "inboxes"]);
const TYPED = new Set(["default", "value", "variables", "schema", "notes", "all_episodes", "multiline"]);

/** Parse front matter; what is wrong with it, if it is none that a form can show. */
export function parseHead(text: string): Head | Unreadable {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: "1.2", schema: "core", lineCounter: lines, logLevel: "silent" });
  const at = (offset: number) => ({ line: lines.linePos(offset).line, column: lines.linePos(offset).col });
  const error = document.errors[0];
  if (error) return { kind: "broken", message: firstLine(error.message), ...at(error.pos[0]) };
  const shared = findShared(document);
  if (shared) return { kind: "anchors", message: "", ...at(shared.range?.[0] ?? 0) };
  const root = document.contents as Node | null;
  if (root === null || (isScalar(root) && root.value === null)) return { text, root: null, values: {} };
  if (!isMap(root) || !hasPlainKeys(root)) {
    return { kind: "not-fields", message: "", ...at(root.range?.[0] ?? 0) };
  }
  return { text, root, values: valueOf(root, []) as Fields };
}

/** Tell whether front matter could be parsed. */
export function isHead(read: Head | Unreadable): read is Head {
  return "values" in read;
}

/** Return the node at a path, and undefined where there is none. */
export function nodeAt(root: YAMLMap | null, path: Path): Node | undefined {
  let node: Node | undefined = root ?? undefined;
  for (const step of path) {
    if (isMap(node)) node = asNode(pairOf(node, String(step))?.value);
    else if (isSeq(node) && typeof step === "number") node = asNode(node.items[step]);
    else return undefined;
  }
  return node;
}

/** Return the field of a map. */
export function pairOf(map: YAMLMap, name: string): Pair<Scalar, Node | null> | undefined {
  return pairsOf(map).find((pair) => keyOf(pair) === name);
}

/** Return the fields of a map. */
export function pairsOf(map: YAMLMap): Pair<Scalar, Node | null>[] {
  return map.items as unknown as Pair<Scalar, Node | null>[];
}

/** Return the name of a field, as it is written. */
export function keyOf(pair: Pair<Scalar, Node | null>): string {
  return textOf(pair.key);
}

/** Return where a value begins. */
export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Return where a value ends, without the comments and empty lines behind it. */
export function endOf(node: Node): number {
  if (isMap(node) && !node.flow) {
    const last = pairsOf(node).at(-1);
    if (last) return endOfPair(last);
  } else if (isSeq(node) && !node.flow) {
    const last = asNode(node.items.at(-1));
    if (last) return endOf(last);
  }
  return node.range?.[1] ?? 0;
}

/** Return where a field ends. */
export function endOfPair(pair: Pair<Scalar, Node | null>): number {
  return pair.value ? endOf(pair.value) : (pair.key.range?.[1] ?? 0);
}

function asNode(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined;
}

function valueOf(node: unknown, path: Path): YamlValue {
  if (isMap(node)) {
    return Object.fromEntries(
      pairsOf(node as YAMLMap).map((pair) => [keyOf(pair), valueOf(pair.value, [...path, keyOf(pair)])]),
    );
  }
  if (isSeq(node)) return (node as YAMLSeq).items.map((item, index) => valueOf(item, [...path, index]));
  return isScalar(node) ? scalarOf(node, path) : null;
}

function scalarOf(node: Scalar, path: Path): YamlValue {
  const value = node.value;
  if (value === null || typeof value === "string") return value;
  if (typeof value !== "number" && typeof value !== "boolean") return textOf(node);
  return isText(path) ? textOf(node) : value;
}

/** Tell whether a text is expected somewhere, so that `007` means these three signs. */
function isText(path: Path): boolean {
  const names = path.filter((step) => typeof step === "string");
  if (names.some((name, place) => TYPED.has(name) && (name !== "variables" || place > 0))) return false;
  return !names.some((name) => NUMERIC.has(name));
}

function textOf(node: Scalar): string {
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

function findShared(document: Document): Node | undefined {
  let found: Node | undefined;
  visit(document, {
    Node(_key, node) {
      if (isAlias(node) || ("anchor" in node && node.anchor)) {
        found = node as Node;
        return visit.BREAK;
      }
      return undefined;
    },
  });
  return found;
}

/** Tell whether all fields have a name that is a word, and none is written as `? name`. */
function hasPlainKeys(root: YAMLMap): boolean {
  let plain = true;
  visit(root, {
    Pair(_key, pair) {
      if (!isScalar(pair.key) || pair.key.range == null) plain = false;
      return plain ? undefined : visit.BREAK;
    },
  });
  return plain;
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
}
