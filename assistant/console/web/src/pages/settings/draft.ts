/**
 * Settings that are replaced as a whole, while someone changes them.
 *
 * What was changed and not saved yet is kept in this window for whoever is signed in: it survives other pages and a
 * reload. It goes with the revision that it was made from, so that no one overwrites what someone else has saved.
 */

import { useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, ref, shallowRef, toRaw } from "vue";

import { ApiError } from "@/api/errors";
import { me } from "@/session/session";

export interface Revision<T> {
  value: T;
  /** The ETag of what was read. */
  tag: string;
}

interface Operations<T> {
  read: () => Promise<Revision<T>>;
  write: (value: T, tag: string) => Promise<Revision<T>>;
}

const STALE = 412;

/** Settings with changes that are not saved. */
export const unsaved = ref(new Set<string>());

// What is kept in this window goes with it.
window.addEventListener("beforeunload", (event) => {
  if (unsaved.value.size && me.value) event.preventDefault();
});

export function useDraft<T extends object>(name: string, { read, write }: Operations<T>) {
  const key = keyOf(name);
  const queries = useQueryClient();
  const query = useQuery({ queryKey: ["settings", name], queryFn: read });
  const draft = shallowRef<Revision<T> | null>(stored<T>(key));
  const error = shallowRef<Error | null>(null);
  const saving = ref(false);

  const saved = computed(() => query.data.value?.value ?? null);
  const value = computed(() => draft.value?.value ?? saved.value);
  const dirty = computed(() => draft.value !== null && saved.value !== null && !alike(draft.value.value, saved.value));
  /** Whether someone else has saved since the draft was begun. */
  const conflict = computed(() => dirty.value && draft.value?.tag !== query.data.value?.tag);

  function keep(next: Revision<T> | null): void {
    draft.value = next;
    error.value = null;
    if (next) sessionStorage.setItem(key, JSON.stringify(next));
    else sessionStorage.removeItem(key);
    mark(name, dirty.value);
  }

  /** Change a copy of what is there. */
  function edit(change: (value: T) => void): void {
    if (!value.value) return;
    const copy = structuredClone(toRaw(value.value));
    change(copy);
    keep({ value: copy, tag: draft.value?.tag ?? query.data.value?.tag ?? "" });
  }

  async function save(): Promise<boolean> {
    if (!draft.value || saving.value) return false;
    saving.value = true;
    try {
      const written = await write(draft.value.value, draft.value.tag);
      queries.setQueryData(["settings", name], written);
      keep(null);
      return true;
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === STALE) await query.refetch();
      error.value = failure as Error;
      return false;
    } finally {
      saving.value = false;
    }
  }

  /** Go on from what someone else has saved; what was changed here replaces it when it is saved. */
  function keepMine(): void {
    if (draft.value && query.data.value) keep({ value: draft.value.value, tag: query.data.value.tag });
  }

  mark(name, draft.value !== null);

  return {
    query, saved, value, dirty, conflict, error, saving, edit, save, keepMine, discard: () => keep(null),
  };
}

/** Find what was left unsaved before this page was opened. */
export function findUnsaved(names: readonly string[]): void {
  for (const name of names) mark(name, sessionStorage.getItem(keyOf(name)) !== null);
}

function keyOf(name: string): string {
  return `assistant.draft.${me.value?.id ?? 0}.${name}`;
}

function mark(name: string, isUnsaved: boolean): void {
  const next = new Set(unsaved.value);
  if (isUnsaved) next.add(name);
  else next.delete(name);
  unsaved.value = next;
}

function stored<T>(key: string): Revision<T> | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as Revision<T> | null;
  } catch {
    return null;
  }
}

function alike(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
