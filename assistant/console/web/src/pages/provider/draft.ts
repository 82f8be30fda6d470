/** Settings as they are edited: a list of providers in the order in which they are asked. */

import type { components } from "@/api/schema";
import type { ActiveSetting, Dialect, KnownProvider, ShownSetting } from "@/pages/provider/types";

export type Change = components["schemas"]["PublishedChange"];
type Fallback = components["schemas"]["Fallback"];

/** Stands for the stored key. */
export const MASK = "•".repeat(8);

export interface Header {
  name: string;
  value: string;
  /** Whether the value is the stored one, which is never shown. */
  kept: boolean;
}

export interface Entry {
  /** Tells it from the others while it is edited. */
  id: number;
  name: string;
  provider: string;
  model: string;
  baseUrl: string;
  api: Dialect | "";
  /** What was entered; null: the stored key stays. */
  key: string | null;
  headers: Header[];
  /** Where the stored key belongs; null: there is none. */
  keyOf: { provider: string; origin: string } | null;
}

let last = 0;

export function draftOf(active: ActiveSetting, known: KnownProvider[]): Entry[] {
  return [entryOf(active, "", known), ...active.fallbacks.map((each) => entryOf(each, each.name, known))];
}

export function newEntry(provider: string): Entry {
  return { id: ++last, name: "", provider, model: "", baseUrl: "", api: "", key: "", headers: [], keyOf: null };
}

function entryOf(shown: ShownSetting, name: string, known: KnownProvider[]): Entry {
  const host = known.find((each) => each.provider === shown.provider);
  return {
    id: ++last,
    name: name === shown.provider ? "" : name,
    provider: shown.provider,
    model: shown.model,
    baseUrl: shown.base_url === host?.base_url ? "" : shown.base_url,
    api: shown.api === host?.api ? "" : shown.api,
    key: shown.has_api_key ? null : "",
    headers: Object.keys(shown.headers).map((header) => ({ name: header, value: "", kept: true })),
    keyOf: shown.has_api_key ? { provider: shown.provider, origin: originOf(shown.base_url) } : null,
  };
}

/** Tell whether the stored key is still that of the provider and address that were chosen. */
export function keepsKey(entry: Entry, known: KnownProvider[]): boolean {
  if (!entry.keyOf || entry.keyOf.provider !== entry.provider) return false;
  const host = known.find((each) => each.provider === entry.provider);
  return entry.keyOf.origin === originOf(entry.baseUrl || host?.base_url || "");
}

export function changeOf(entries: Entry[], known: KnownProvider[], verify = true): Change {
  const [first, ...others] = entries;
  if (!first) throw new Error("a setting has a provider");
  const labels = new Set<string>();
  return {
    ...settingOf(first, known),
    verify,
    fallbacks: others.map((each) => ({ ...settingOf(each, known), name: labelOf(each, labels) })),
  };
}

/** Name an entry as it is called, or after its provider, with a number where there are several. */
function labelOf(entry: Entry, taken: Set<string>): string {
  const wanted = entry.name.trim() || entry.provider;
  let label = wanted;
  for (let number = 2; !entry.name.trim() && taken.has(label); number++) label = `${wanted} ${number}`;
  taken.add(label);
  return label;
}

function settingOf(entry: Entry, known: KnownProvider[]): Fallback & { api_key: string } {
  const kept = entry.key === null && keepsKey(entry, known);
  return {
    provider: entry.provider,
    api_key: kept ? MASK : (entry.key ?? "").trim(),
    model: entry.model.trim() || null,
    base_url: entry.baseUrl.trim() || null,
    api: entry.api || null,
    headers: Object.fromEntries(
      entry.headers.filter((each) => each.name.trim()).map((each) => [each.name.trim(), each.kept ? MASK : each.value]),
    ),
    name: null,
  };
}

function originOf(address: string): string {
  try {
    return new URL(address).origin;
  } catch {
    return address;
  }
}

export interface Place {
  /** Which provider it is about, from 0; null: no one of them. */
  entry: number | null;
  field: string | null;
  /** What is wrong, without what stands beside it anyway. */
  words: string;
}

const PLACE = /^(?:fallbacks\[(\d+)\](?:\.(\w+))?|(provider|api_key|model|base_url|api|headers)\b[^:]*)(?: \([^)]*\))?: /;

/** Tell which provider and field an error is about: the service names them first. */
export function placeOf(message: string): Place {
  const found = PLACE.exec(message);
  if (!found) return { entry: null, field: null, words: message };
  const rest = message.slice(found[0].length);
  return {
    entry: found[1] === undefined ? 0 : Number(found[1]) + 1,
    field: found[2] ?? found[3] ?? null,
    words: rest.charAt(0).toUpperCase() + rest.slice(1),
  };
}

/** Put an entry elsewhere in the order. */
export function moved(entries: Entry[], from: number, to: number): Entry[] {
  const rest = [...entries];
  const [taken] = rest.splice(from, 1);
  if (!taken || to < 0 || to >= entries.length) return entries;
  rest.splice(to, 0, taken);
  return rest;
}
