/** What tests may assert, and the values that this takes. */

import type { YamlValue } from "./frontMatter";
import { asTexts } from "./shapes";
import type { KnownAssertion } from "./vocabulary";

export type Takes = KnownAssertion["takes"];

const FIRST_NUMBER = 80; // words or characters

/** Return what kind of value an assertion takes; one that is not known takes a text. */
export function takesOf(kinds: readonly KnownAssertion[], type: string): Takes {
  return kinds.find(({ name }) => name === type)?.takes ?? "text";
}

/** Return the value that an assertion starts with: what the one before it had, as far as that fits. */
export function firstValue(takes: Takes, old: YamlValue | undefined): YamlValue | undefined {
  if (takes === "none") return undefined;
  if (takes === "number") return typeof old === "number" ? old : FIRST_NUMBER;
  const texts = Array.isArray(old) ? asTexts(old) : typeof old === "string" && old !== "" ? [old] : [];
  return takes === "list" ? texts : (texts[0] ?? "");
}
