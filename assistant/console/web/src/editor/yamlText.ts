/** Writes values as YAML, in the way in which the shipped prompts are written: short things on one line, in braces. */

/** What front matter may hold. */
export type YamlValue = string | number | boolean | null | YamlValue[] | { [name: string]: YamlValue };

/** How a text is written; the names are those of the package `yaml`. */
export type TextStyle = "PLAIN" | "QUOTE_SINGLE" | "QUOTE_DOUBLE" | "BLOCK_FOLDED" | "BLOCK_LITERAL";

const WIDTH = 120;
const QUOTED_FIELDS = new Set(["content", "reply", "text"]);
const PLAIN_START = /^[\p{L}\p{N}_(]/u;
const VALUE_WORD = /^(?:null|true|false|yes|no|on|off|y|n|~)$/i;
const NUMBER = /^[-+]?(?:\.[0-9]|[0-9]|\.inf|\.nan|0o|0x)[0-9a-fxo.eE+-]*$/i;
const UNREADABLE = /[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
const UNREADABLE_ALL = new RegExp(UNREADABLE.source, "gu");
const QUOTATION_MARKS = "\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u201a";

/** Tell whether a text can stand without quotes, so that it is read as itself. */
export function isPlainSafe(text: string, inFlow: boolean): boolean {
  if (!PLAIN_START.test(text) || /[\n\r\t]/.test(text) || UNREADABLE.test(text)) return false;
  if (/\s$/.test(text) || VALUE_WORD.test(text) || NUMBER.test(text)) return false;
  if (/ #|:(?:\s|$)/.test(text) || QUOTATION_MARKS.includes(text[0] ?? "")) return false;
  return !(inFlow && /[,[\]{}:#]/.test(text));
}

/** Return a text in double quotes. */
export function inDoubleQuotes(text: string): string {
  return JSON.stringify(text).replace(UNREADABLE_ALL, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** Where a value stands: within braces or brackets, or with its own lines, indented below `indent` columns. */
export interface Where {
  inFlow: boolean;
  indent: number;
  /** The field whose value it is. */
  field?: string;
}

/** Return a text as one line, in a style where that is possible. */
export function writeText(text: string, style: TextStyle | undefined, where: Where): string {
  if (style === "QUOTE_DOUBLE") return inDoubleQuotes(text);
  const single = !/[\n\r\t]/.test(text) && !UNREADABLE.test(text);
  if (style === "QUOTE_SINGLE" && single) return inSingleQuotes(text);
  const wantsQuotes = style === undefined && QUOTED_FIELDS.has(where.field ?? "");
  if (!wantsQuotes && isPlainSafe(text, where.inFlow)) return text;
  return single && /["\\]/.test(text) && !text.includes("'") ? inSingleQuotes(text) : inDoubleQuotes(text);
}

function inSingleQuotes(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Return a text of several lines as a block, without a line break at its end; null if it can't be written so. */
export function writeBlockText(text: string, style: TextStyle | undefined, indent: number): string | null {
  const folded = style === "BLOCK_FOLDED" ? foldText(text, indent) : null;
  if (folded !== null) return folded;
  if (!text.includes("\n") && style !== "BLOCK_LITERAL") return null;
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  const odd = body === "" || /^\s|\s$|\r|\t/.test(body) || /\n[ \t]+(?:\n|$)/.test(body) || UNREADABLE.test(body);
  if (odd) return null;
  const lines = body.split("\n").map((line) => (line === "" ? "" : " ".repeat(indent) + line));
  return [text.endsWith("\n") ? "|" : "|-", ...lines].join("\n");
}

/** Return one long line as several that YAML joins again. */
function foldText(text: string, indent: number): string | null {
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  if (body === "" || /\n|\r|\t| {2}|^\s|\s$/.test(body) || UNREADABLE.test(body)) return null;
  const lines = [""];
  for (const word of body.split(" ")) {
    const line = lines[lines.length - 1] ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (indent + line.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return [text.endsWith("\n") ? ">" : ">-", ...lines.map((line) => " ".repeat(indent) + line)].join("\n");
}

/** Return a field's name as it is written. */
export function writeKey(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) && !VALUE_WORD.test(key) ? key : inDoubleQuotes(key);
}

/** Return a value on one line. */
export function writeFlow(value: YamlValue, field?: string): string {
  if (Array.isArray(value)) return `[${value.map((each) => writeFlow(each, "item")).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    return `{${Object.entries(value)
      .map(([name, each]) => `${writeKey(name)}: ${writeFlow(each, name)}`)
      .join(", ")}}`;
  }
  return typeof value === "string" ? writeText(value, undefined, { inFlow: true, indent: 0, field }) : String(value);
}

/** Return a field and its value on lines of their own; the first is not indented, and the last has no line break. */
export function writePair(key: string, value: YamlValue, indent: number): string {
  const name = writeKey(key);
  if (isContainer(value)) {
    const flow = `${name}: ${writeFlow(value)}`;
    if (fitsOneLine(value, indent + flow.length)) return flow;
    const lead = " ".repeat(indent + 2);
    return `${name}:\n${lead}${writeLines(value, indent + 2)}`;
  }
  return `${name}: ${writeScalar(value, indent + 2, key)}`;
}

/** Return an item of a list, without its dash; `indent` is the column behind the dash. */
export function writeItem(value: YamlValue, indent: number): string {
  if (!isContainer(value)) return writeScalar(value, indent, undefined);
  const flow = writeFlow(value);
  return fitsOneLine(value, indent + flow.length) ? flow : writeLines(value, indent);
}

function writeScalar(value: string | number | boolean | null, indent: number, field: string | undefined): string {
  if (typeof value !== "string") return String(value);
  return writeBlockText(value, undefined, indent) ?? writeText(value, undefined, { inFlow: false, indent, field });
}

function writeLines(value: YamlValue[] | { [name: string]: YamlValue }, indent: number): string {
  const lead = `\n${" ".repeat(indent)}`;
  if (Array.isArray(value)) return value.map((each) => `- ${writeItem(each, indent + 2)}`).join(lead);
  return Object.entries(value)
    .map(([name, each]) => writePair(name, each, indent))
    .join(lead);
}

/** Tell whether a value is short and flat enough for one line. */
function fitsOneLine(value: YamlValue[] | { [name: string]: YamlValue }, width: number): boolean {
  const inner = Object.values(value);
  if (inner.length === 0) return true;
  if (width > WIDTH || inner.some(hasLineBreak)) return false;
  return Array.isArray(value) ? !inner.some(isContainer) : inner.every((each) => !isContainer(each) || isPlainList(each));
}

function hasLineBreak(value: YamlValue): boolean {
  return typeof value === "string" && value.includes("\n");
}

function isPlainList(value: YamlValue): boolean {
  return Array.isArray(value) && !value.some(isContainer);
}

/** Tell whether a value is a list or has fields. */
export function isContainer(value: YamlValue | undefined): value is YamlValue[] | { [name: string]: YamlValue } {
  return typeof value === "object" && value !== null;
}
