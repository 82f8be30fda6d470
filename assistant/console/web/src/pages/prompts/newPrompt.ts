/** The first text of a new prompt. */

const LONGEST_KEY = 64;
const LONGEST_BRIEF = 280;

/** Return the key for a title: `Calm Reply (kurz)` is `calm_reply_kurz`. */
export function keyFor(title: string): string {
  const plain = title
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "");
  return plain.slice(0, LONGEST_KEY).replace(/_+$/, "");
}

/** Tell whether a prompt may have a key. */
export function isKey(key: string): boolean {
  return /^[a-z][a-z0-9_]{0,63}$/.test(key);
}

/** Return the text of a new prompt that rewrites a draft. */
export function blankSource(title: string, instruction: string): string {
  const told = instruction.trim();
  return [
    "---",
    `title: ${quoted(title)}`,
    `brief: ${quoted(briefOf(told))}`,
    "guards: [links, numbers, language, no_preamble]",
    "---",
    '{% extends "_rewrite.j2" %}',
    "{% block instruction %}",
    told,
    "{% endblock %}",
    "",
  ].join("\n");
}

/** Return the text of a copy, under another title; aliases stay with the prompt that it is a copy of. */
export function copiedSource(source: string, title: string): string {
  const lines = source.split("\n");
  const end = lines.findIndex((line, place) => place > 0 && line.trimEnd() === "---");
  const head = lines.slice(0, end);
  const kept = withoutField(head, "aliases").map((line) => (/^title *:/.test(line) ? `title: ${quoted(title)}` : line));
  return end < 0 ? source : [...kept, ...lines.slice(end)].join("\n");
}

/** Leave out a field of front matter, and the lines that belong to it. */
function withoutField(head: readonly string[], name: string): string[] {
  const start = head.findIndex((line) => line.startsWith(`${name}:`));
  if (start < 0) return [...head];
  const rest = head.slice(start + 1);
  const next = rest.findIndex((line) => !/^(?:\s|-)/.test(line));
  return [...head.slice(0, start), ...(next < 0 ? [] : rest.slice(next))];
}

/** Return the one line that a very small model gets: it completes "Rewrite the input text to …". */
function briefOf(instruction: string): string {
  const line = instruction.replace(/\s+/g, " ").replace(/\.$/, "").slice(0, LONGEST_BRIEF);
  return line.charAt(0).toLowerCase() + line.slice(1);
}

function quoted(text: string): string {
  return JSON.stringify(text.replace(/\s+/g, " ").trim());
}
