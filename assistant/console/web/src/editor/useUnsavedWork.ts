/** Keeps what is not saved of a prompt over a reload, for the one who is signed in. */

import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from "vue";

import { me } from "@/session/session";

import { forgetWork, keepWork, unsavedWork, type UnsavedWork } from "./unsaved";

const AFTER = 400; // milliseconds without a change

/** What a page that edits a prompt tells of it. */
export interface EditedPrompt {
  /** Of the prompt; another prompt is another page. */
  key: string;
  /** The text as it is being edited. */
  text: Ref<string>;
  /** The text as it was loaded or saved last; null before that. */
  saved: Ref<string | null>;
  /** The revision of the prompt that `saved` is from; 0 for none. */
  revision: Ref<number>;
}

/**
 * Keep what differs from the saved text, and bring it back after a reload.
 *
 * Once `saved` is there, `text` becomes what was kept, and `restored` tells of it: the page shows a notice, with
 * `discard` to go back to the saved text. `stale` tells that the prompt has been saved since then by someone.
 */
export function useUnsavedWork({ key, text, saved, revision }: EditedPrompt) {
  const restored = shallowRef<UnsavedWork | null>(null);
  const full = ref(false);
  const dirty = computed(() => saved.value !== null && text.value !== saved.value);
  const stale = computed(() => restored.value !== null && restored.value.revision !== revision.value);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const user = () => me.value?.id ?? 0;
  const keep = () => {
    clearTimeout(timer);
    timer = undefined;
    if (saved.value === null) return;
    if (!dirty.value) {
      forgetWork(localStorage, user(), key);
      return;
    }
    const work = { source: text.value, revision: restored.value?.revision ?? revision.value, at: Date.now() };
    full.value = !keepWork(localStorage, user(), key, work);
  };
  const discard = () => {
    restored.value = null;
    forgetWork(localStorage, user(), key);
    text.value = saved.value ?? "";
  };

  watch(
    saved,
    (now, before) => {
      if (now === null) return;
      if (before === null || before === undefined) {
        const work = unsavedWork(localStorage, user(), key);
        restored.value = work && work.source !== now ? work : null;
        if (restored.value) text.value = restored.value.source;
      } else if (!dirty.value) {
        restored.value = null;
      }
      keep();
    },
    { immediate: true },
  );
  watch(text, () => {
    clearTimeout(timer);
    timer = setTimeout(keep, AFTER);
  });
  const leaving = (event: BeforeUnloadEvent) => {
    keep();
    if (dirty.value && full.value) event.preventDefault();
  };
  window.addEventListener("beforeunload", leaving);
  window.addEventListener("pagehide", keep);
  onScopeDispose(() => {
    keep();
    window.removeEventListener("beforeunload", leaving);
    window.removeEventListener("pagehide", keep);
  });
  return { dirty, restored, stale, full, discard };
}
