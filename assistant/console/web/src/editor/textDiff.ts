/** What differs between two texts, by word or by line. */

import { diff, type Change } from "@codemirror/merge";

/** A piece of two texts: in both, in the first alone, or in the second alone. */
export interface Piece {
  kind: "equal" | "delete" | "insert";
  text: string;
}

/** A line of two texts, with its number in each, from 1. */
export interface DiffLine {
  kind: Piece["kind"];
  before: number | null;
  after: number | null;
  /** The line, with what differs from its counterpart marked. */
  pieces: Piece[];
}

/** Lines that are the same and not shown; `line` is the first one's number in the second text. */
export interface Gap {
  kind: "gap";
  lines: number;
  line: number;
}

const LIMITS = { scanLimit: 2000, timeout: 300 }; // steps, milliseconds
const MOST_DISTINCT = 0xe7ff; // pieces that are told apart, as each is compared as one UTF-16 unit
const LONGEST = 2000; // signs of lines that are compared word by word
const TOKEN = /<[^<>]*>|[\p{L}\p{N}]+|\s+|./gsu;

/**
 * Return the steps from one text to another: what is not inserted makes the first, what is not deleted the second.
 *
 * Words, tags and white space are kept whole, and changes that only white space stands between are one.
 */
export function wordDiff(before: string, after: string): Piece[] {
  const old = before.match(TOKEN) ?? [];
  const now = after.match(TOKEN) ?? [];
  const pieces: Piece[] = [];
  let place = 0;
  for (const { fromA, toA, fromB, toB } of joined(changed(old, now), old)) {
    pieces.push({ kind: "equal", text: old.slice(place, fromA).join("") });
    pieces.push({ kind: "delete", text: old.slice(fromA, toA).join("") });
    pieces.push({ kind: "insert", text: now.slice(fromB, toB).join("") });
    place = toA;
  }
  pieces.push({ kind: "equal", text: old.slice(place).join("") });
  return pieces.filter((piece) => piece.text !== "");
}

/** Return the lines of two texts, and gaps where more than `context` lines around a change are the same. */
export function lineDiff(before: string, after: string, context = 3): (DiffLine | Gap)[] {
  const old = before.split("\n");
  const now = after.split("\n");
  const lines: DiffLine[] = [];
  let place = { before: 0, after: 0 };
  const same = (until: number) => {
    for (; place.before < until; place = { before: place.before + 1, after: place.after + 1 }) {
      const text = old[place.before] ?? "";
      const pieces: Piece[] = [{ kind: "equal", text }];
      lines.push({ kind: "equal", before: place.before + 1, after: place.after + 1, pieces });
    }
  };
  for (const change of changed(old, now)) {
    same(change.fromA);
    lines.push(...replaced(old.slice(change.fromA, change.toA), now.slice(change.fromB, change.toB), change));
    place = { before: change.toA, after: change.toB };
  }
  same(old.length);
  return withGaps(lines, context);
}

type Span = Pick<Change, "fromA" | "toA" | "fromB" | "toB">;

/** Compare words or lines as if each distinct one were a single sign. */
function changed(old: readonly string[], now: readonly string[]): readonly Span[] {
  const signs = new Map<string, string>();
  const sign = (piece: string) => {
    const known = signs.get(piece);
    if (known !== undefined) return known;
    const number = Math.min(signs.size, MOST_DISTINCT);
    // Halves of characters are left out, as they would be compared in pairs.
    const made = String.fromCharCode(number < 0xd800 ? number : number + 0x800);
    signs.set(piece, made);
    return made;
  };
  return diff(old.map(sign).join(""), now.map(sign).join(""), LIMITS);
}

/** Join changes that nothing but one piece of white space stands between: a reader sees one change there. */
function joined(changes: readonly Span[], old: readonly string[]): Span[] {
  const calm: Span[] = [];
  for (const { fromA, toA, fromB, toB } of changes) {
    const last = calm.at(-1);
    if (last && fromA - last.toA === 1 && (old[last.toA] ?? "").trim() === "") Object.assign(last, { toA, toB });
    else calm.push({ fromA, toA, fromB, toB });
  }
  return calm;
}

function replaced(old: string[], now: string[], change: Span): DiffLine[] {
  const isPair = old.length === now.length && old.join("").length + now.join("").length < LONGEST;
  const inner = old.map((line, place) => (isPair ? wordDiff(line, now[place] ?? "") : null));
  return [
    ...old.map((text, place): DiffLine => {
      const pieces = inner[place]?.filter((piece) => piece.kind !== "insert") ?? [{ kind: "delete", text }];
      return { kind: "delete", before: change.fromA + place + 1, after: null, pieces };
    }),
    ...now.map((text, place): DiffLine => {
      const pieces = inner[place]?.filter((piece) => piece.kind !== "delete") ?? [{ kind: "insert", text }];
      return { kind: "insert", before: null, after: change.fromB + place + 1, pieces };
    }),
  ];
}

function withGaps(lines: DiffLine[], context: number): (DiffLine | Gap)[] {
  const near = new Set<number>();
  lines.forEach((line, place) => {
    if (line.kind === "equal") return;
    for (let each = place - context; each <= place + context; each += 1) near.add(each);
  });
  const shown: (DiffLine | Gap)[] = [];
  lines.forEach((line, place) => {
    const last = shown.at(-1);
    if (near.has(place)) shown.push(line);
    else if (last?.kind === "gap") last.lines += 1;
    else shown.push({ kind: "gap", lines: 1, line: line.after ?? 1 });
  });
  return shown;
}
