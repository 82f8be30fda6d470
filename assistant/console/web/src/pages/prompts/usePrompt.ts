/** One prompt as its author works on it: its text, saving it, and all that moves it. */

import { useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, ref, shallowRef, watch } from "vue";

import { ApiError } from "@/api/errors";
import { useUnsavedWork } from "@/editor/useUnsavedWork";

import { act, deletePrompt, fetchPrompt, saveDraft, type ShownPrompt } from "./requests";

/** What someone else saved while this was being edited. */
export interface Conflict {
  theirs: ShownPrompt;
  message: string;
}

export function usePrompt(key: string) {
  const queries = useQueryClient();
  const found = useQuery({ queryKey: ["prompts", key], queryFn: () => fetchPrompt(key), refetchOnWindowFocus: false });
  const prompt = computed(() => found.data.value ?? null);
  const text = ref("");
  const saved = ref<string | null>(null);
  const revision = ref(0);
  const saving = ref(false);
  const failure = shallowRef<Error | null>(null);
  const conflict = shallowRef<Conflict | null>(null);
  const { dirty, restored, stale, full, discard } = useUnsavedWork({ key, text, saved, revision });

  /**
   * Take what the service has as what was saved last.
   *
   * What is not saved stays, and so does where it was begun, if someone else has saved since: saving it tells.
   */
  function adopt(now: ShownPrompt): void {
    const touched = saved.value !== null && dirty.value;
    if (touched && now.source !== saved.value) return;
    revision.value = now.revision;
    if (!touched) text.value = now.source;
    saved.value = now.source;
  }

  /** Show what a change has made of the prompt, here and in lists. */
  function moved(now: ShownPrompt): void {
    adopt(now);
    queries.setQueryData(["prompts", key], now);
    for (const part of [["prompts", "all"], ["prompts", key, "versions"], ["prompts", key, "diff"]]) {
      void queries.invalidateQueries({ queryKey: part });
    }
  }

  /** Save the text as a draft; returns whether that worked, `failure` and `conflict` say why not. */
  async function save(message = "", fileSeen = false): Promise<boolean> {
    saving.value = true;
    failure.value = null;
    const source = text.value;
    try {
      const now = await saveDraft(key, { source, message, revision: editedRevision(), fileSeen });
      saved.value = source;
      moved(now);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === "stale_edit") {
        conflict.value = { theirs: await fetchPrompt(key), message };
      } else {
        failure.value = error as Error;
      }
      return false;
    } finally {
      saving.value = false;
    }
  }

  /** Return the revision that the text was made from: that of work which was brought back may be an older one. */
  function editedRevision(): number {
    return restored.value ? restored.value.revision : revision.value;
  }

  /** Go on with the other author's text, or with one's own on top of it. */
  function settle(which: "theirs" | "mine"): Promise<boolean> {
    const settled = conflict.value;
    conflict.value = null;
    if (!settled) return Promise.resolve(false);
    restored.value = null;
    if (which === "theirs") text.value = settled.theirs.source;
    saved.value = settled.theirs.source;
    revision.value = settled.theirs.revision;
    queries.setQueryData(["prompts", key], settled.theirs);
    return which === "mine" ? save(settled.message) : Promise.resolve(true);
  }

  /** Publish, roll back, switch off or on; throws an ApiError. */
  async function change(what: "publish" | "rollback" | "disable" | "enable", body: object = {}): Promise<void> {
    const now = await act(key, what, revision.value, body);
    if (what === "rollback") text.value = now.source;
    moved(now);
  }

  async function remove(): Promise<void> {
    await deletePrompt(key, revision.value);
    discard();
    queries.removeQueries({ queryKey: ["prompts", key] });
    await queries.invalidateQueries({ queryKey: ["prompts", "all"] });
  }

  watch(prompt, (now) => now && adopt(now), { immediate: true });
  return { found, prompt, text, saved, dirty, restored, stale, full, saving, failure, conflict, discard, save, settle, change, remove };
}

export type PromptWork = ReturnType<typeof usePrompt>;
