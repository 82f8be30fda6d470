/** What was changed and not saved, which survives a reload; keys, which are never written down, are left out. */

import type { Entry } from "@/pages/provider/draft";
import { me } from "@/session/session";

const place = (): string => `assistant.provider.${me.value?.id ?? 0}`;

export function hasUnsaved(): boolean {
  return sessionStorage.getItem(place()) !== null;
}

export function keep(entries: Entry[]): void {
  const without = entries.map((each) => ({
    ...each,
    key: each.keyOf ? null : "",
    headers: each.headers.map((header) => ({ ...header, value: "" })),
  }));
  sessionStorage.setItem(place(), JSON.stringify(without));
}

export function forget(): void {
  sessionStorage.removeItem(place());
}

export function kept(): Entry[] | null {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(place()) ?? "null");
    return Array.isArray(found) && found.length ? (found as Entry[]) : null;
  } catch {
    return null;
  }
}
