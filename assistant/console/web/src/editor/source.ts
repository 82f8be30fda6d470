/**
 * A prompt file taken apart: YAML front matter between two lines of `---`, and the template below it.
 *
 * It follows the service's own reader: empty lines may stand above the front matter, and a line of `---` with white
 * space behind it is one, too. The three parts joined are the text again, whatever it is.
 */

/** What is wrong with the lines around the front matter. */
export type SplitFault = "no-front-matter" | "not-closed";

/** Where the parts of a prompt's text are; offsets count UTF-16 units, from 0. */
export interface PromptParts {
  /** All up to the end of the opening line. */
  opening: string;
  /** The YAML, with the line break that ends it. */
  head: string;
  /** The closing line. */
  closing: string;
  /** Everything below it. */
  template: string;
  /** Where `head` begins. */
  headStart: number;
  /** Where `template` begins. */
  templateStart: number;
  /** Why there is no front matter; then all of the text is `template`. */
  fault: SplitFault | null;
}

const RULE = "---";
const INVISIBLE = /^[ \t\r\u00a0\u2007\u200b\u202f\u2060\u3000\ufeff]+|[ \t\r\u00a0\u2007\u200b\u202f\u2060\u3000\ufeff]+$/g;

/** Take a prompt's text apart. */
export function splitSource(source: string): PromptParts {
  const lines = linesOf(source);
  const first = lines.findIndex((line) => strip(line.text) !== "");
  const start = lines[first];
  if (start === undefined || strip(start.text) !== RULE) return whole(source, "no-front-matter");
  const end = lines.slice(first + 1).find(isRule);
  if (end === undefined) return whole(source, "not-closed");
  return {
    opening: source.slice(0, start.next),
    head: source.slice(start.next, end.from),
    closing: source.slice(end.from, end.next),
    template: source.slice(end.next),
    headStart: start.next,
    templateStart: end.next,
    fault: null,
  };
}

/** Return the line break that a text uses; that of its first line, if it has several kinds. */
export function lineBreakOf(text: string): "\n" | "\r\n" {
  const end = text.indexOf("\n");
  return end > 0 && text[end - 1] === "\r" ? "\r\n" : "\n";
}

/** Return the line and column of an offset, both from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - start + 1 };
}

/** Return the offset of a line and column, both from 1; the nearest one, where there is no such place. */
export function offsetOf(text: string, line: number, column = 1): number {
  let start = 0;
  for (let number = 1; number < line; number += 1) {
    const next = text.indexOf("\n", start);
    if (next < 0) return text.length;
    start = next + 1;
  }
  const end = text.indexOf("\n", start);
  return Math.min(start + Math.max(column - 1, 0), end < 0 ? text.length : end);
}

/** One replacement in a text; offsets are those before it. */
export interface TextEdit {
  from: number;
  to: number;
  insert: string;
}

/** Return the text with a replacement made. */
export function applyEdit(text: string, edit: TextEdit): string {
  return text.slice(0, edit.from) + edit.insert + text.slice(edit.to);
}

/** Return the smallest single replacement that makes one text of another; null when they are the same. */
export function smallestEdit(before: string, after: string): TextEdit | null {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (isHalf(before, start) || isHalf(after, start)) start -= 1;
  let end = 0;
  while (end < most - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) {
    end += 1;
  }
  if (end > 0 && (isHalf(before, before.length - end) || isHalf(after, after.length - end))) end -= 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

/** Tell whether an offset is in the middle of a character that takes two units. */
function isHalf(text: string, offset: number): boolean {
  const unit = text.charCodeAt(offset);
  return offset > 0 && unit >= 0xdc00 && unit <= 0xdfff;
}

interface Line {
  text: string;
  from: number;
  next: number;
}

function linesOf(source: string): Line[] {
  const lines: Line[] = [];
  let from = 0;
  for (const text of source.split("\n")) {
    const next = Math.min(from + text.length + 1, source.length);
    lines.push({ text, from, next });
    from = next;
  }
  return lines;
}

function strip(line: string): string {
  return line.replace(INVISIBLE, "");
}

function isRule(line: Line): boolean {
  return strip(line.text) === RULE && !/^[ \t]/.test(line.text);
}

function whole(source: string, fault: SplitFault): PromptParts {
  return { opening: "", head: "", closing: "", template: source, headStart: 0, templateStart: 0, fault };
}
