/** Finds, in what a model is sent, the tokens that stand for hidden values. */

import type { HiddenValue } from "./requests";

/** A piece of a message: plain, or a token with what it stands for. */
export interface MessagePart {
  text: string;
  hidden: HiddenValue | null;
}

/** Return a message in pieces, with each token that stands for something by itself. */
export function hiddenParts(content: string, hidden: readonly HiddenValue[]): MessagePart[] {
  const known = new Map(hidden.filter(({ token }) => token !== "").map((each) => [each.token, each]));
  if (known.size === 0) return [{ text: content, hidden: null }];
  const longest = [...known.keys()].sort((one, other) => other.length - one.length);
  const tokens = new RegExp(`(${longest.map((token) => token.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`);
  return content
    .split(tokens)
    .filter((text) => text !== "")
    .map((text) => ({ text, hidden: known.get(text) ?? null }));
}

/** Return the id of a conversation that stands in what someone pasted, such as its address; empty if none does. */
export function conversationIn(pasted: string): string {
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(pasted)?.[0].toLowerCase() ?? "";
}
