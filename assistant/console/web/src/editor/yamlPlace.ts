/** Where a cursor is in front matter, told from the text alone, as it need not be whole while someone types. */

/** What is being written in front matter. */
export interface YamlPlace {
  kind: "key" | "value";
  /** Names of the fields around it, and of the one whose value is written; positions in lists are left out. */
  path: string[];
  /** What is written of the word so far. */
  word: string;
  /** Whether a space has to stand before the value. */
  needsSpace: boolean;
}

interface Limit {
  column: number;
  dash: boolean;
}

const LINE = /^( *)((?:- +)*)(?:([\w-]+|"[^"]*"|'[^']*')[ \t]*:(?=\s|$))?/;

/** Return what is written at the end of the last line; null where that is nothing that can be completed. */
export function yamlPlace(lines: readonly string[]): YamlPlace | null {
  const line = lines.at(-1) ?? "";
  if (/(?:^|\s)#/.test(withoutTexts(line))) return null;
  const found = LINE.exec(line);
  const [lead = "", spaces = "", dashes = "", key] = found ?? [];
  const limit = { column: dashes ? spaces.length : spaces.length, dash: dashes !== "" };
  const around = pathAbove(lines.slice(0, -1), limit);
  const rest = line.slice(lead.length);
  if (key === undefined) {
    if (/^[[{]/.test(rest)) return inBrackets(rest, around);
    if (/^[\w-]*$/.test(rest)) return { kind: dashes ? "value" : "key", path: around, word: rest, needsSpace: false };
    return null;
  }
  const path = [...around, unquoted(key)];
  const value = rest.trimStart();
  if (/^[[{]/.test(value)) return inBrackets(value, path);
  return wordAt(value, path, rest === "");
}

/** Return the names of the fields that a line stands in, from the lines above it. */
function pathAbove(lines: readonly string[], start: Limit): string[] {
  const path: string[] = [];
  let limit = start;
  for (let place = lines.length - 1; place >= 0 && (limit.column > 0 || limit.dash); place -= 1) {
    const [, spaces = "", dashes = "", key] = LINE.exec(lines[place] ?? "") ?? [];
    const column = spaces.length + dashes.length;
    if (key === undefined) continue;
    const isParent = limit.dash ? column <= limit.column : column < limit.column;
    if (isParent) path.unshift(unquoted(key));
    if (isParent || (!limit.dash && dashes !== "" && column === limit.column)) {
      limit = dashes ? { column: spaces.length, dash: true } : { column, dash: false };
    }
  }
  return path;
}

/** Follow brackets and braces that are open at the end of a text. */
function inBrackets(text: string, around: string[]): YamlPlace | null {
  const open: { brace: boolean; key: string | null }[] = [];
  let part = "";
  for (const sign of blanked(text)) {
    const inner = open.at(-1);
    if (sign === "{" || sign === "[") open.push({ brace: sign === "{", key: null });
    else if (sign === "}" || sign === "]") open.pop();
    else if (sign === "," && inner) inner.key = null;
    else if (sign === ":" && inner?.brace && inner.key === null) inner.key = part.trim();
    else {
      part += sign;
      continue;
    }
    part = "";
  }
  const inner = open.at(-1);
  if (!inner) return null;
  const path = [...around, ...open.map((each) => each.key).filter((key): key is string => key !== null)];
  if (inner.brace && inner.key === null) return wordIn("key", part, path);
  const place = wordIn("value", part, path);
  return place && { ...place, needsSpace: inner.key !== null && part === "" };
}

function wordIn(kind: "key" | "value", part: string, path: string[]): YamlPlace | null {
  const word = part.trimStart();
  return /^[\w-]*$/.test(word) ? { kind, path, word, needsSpace: false } : null;
}

function wordAt(value: string, path: string[], needsSpace: boolean): YamlPlace | null {
  return /^[\w-]*$/.test(value) ? { kind: "value", path, word: value, needsSpace } : null;
}

/** Replace texts in quotes by signs that mean nothing; one that is open leaves a quote at the end. */
function blanked(text: string): string {
  return withoutTexts(text).replace(/["'].*$/, '"');
}

function withoutTexts(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, (found) => "\u0001".repeat(found.length));
}

function unquoted(key: string): string {
  return key.replace(/^["']|["']$/g, "");
}
