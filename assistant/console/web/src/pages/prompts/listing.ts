/** Which prompts a list shows, and in which order. */

import type { ListedPrompt } from "./requests";

export const FILTERS = ["all", "undone", "draft", "newer", "disabled", "parts"] as const;
export type Filter = (typeof FILTERS)[number];

export const COLUMNS = ["title", "uses", "kept", "changed"] as const;
export type Column = (typeof COLUMNS)[number];

const LEAST_TOLD = 5; // answers that agents told about, before a share means something
const A_LOT = 0.3;

/** Return how many answers of a prompt agents have told about. */
export function toldOf({ use }: ListedPrompt): number {
  return use.kept + use.edited + use.undone;
}

/** Tell whether agents undo what a prompt brings more often than is good. */
export function isUndoneALot(prompt: ListedPrompt): boolean {
  const told = toldOf(prompt);
  return told >= LEAST_TOLD && prompt.use.undone / told >= A_LOT;
}

/** Return what a prompt is called; a shared part has a key alone. */
export function nameOf(prompt: Pick<ListedPrompt, "title" | "key">): string {
  return prompt.title || prompt.key;
}

/** Tell whether a prompt is among those that a filter shows. */
export function passes(prompt: ListedPrompt, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return !prompt.part;
    case "undone":
      return isUndoneALot(prompt);
    case "draft":
      return prompt.draft !== null;
    case "newer":
      return prompt.file_newer;
    case "disabled":
      return prompt.state === "disabled";
    case "parts":
      return prompt.part;
  }
}

/** Tell whether all words of a search stand in a prompt's title, key or description. */
export function matches(prompt: ListedPrompt, search: string): boolean {
  const text = `${prompt.title} ${prompt.key} ${prompt.description}`.toLocaleLowerCase();
  return search.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** Return prompts by a column: the most of a number first, the latest change first. */
export function ordered(prompts: readonly ListedPrompt[], column: Column): ListedPrompt[] {
  const compare = new Intl.Collator(undefined, { sensitivity: "base", numeric: true }).compare;
  const byTitle = (one: ListedPrompt, other: ListedPrompt) => compare(nameOf(one), nameOf(other));
  const weight: Record<Column, (prompt: ListedPrompt) => number> = {
    title: () => 0,
    uses: ({ use }) => -use.uses,
    kept: ({ use }) => use.kept_rate ?? 2, // the worst first; those that no one told about last
    changed: ({ changed_at }) => (changed_at ? -new Date(changed_at).getTime() : 0),
  };
  return [...prompts].sort((one, other) => weight[column](one) - weight[column](other) || byTitle(one, other));
}
