/** Tries masking as it is being written on a text: a moment after the last change, and never two at once. */

import { onBeforeUnmount, type Ref, ref, shallowRef, watch } from "vue";

import { ApiError } from "@/api/errors";
import { fieldErrors } from "@/pages/settings/fields";
import { type MaskingDocument, type Tried, tryMasking } from "@/pages/settings/masking";

const PAUSE = 250; // milliseconds

export interface Trial {
  text: Ref<string>;
  /** What came of the last text that was tried; `of` is that text. */
  tried: Ref<(Tried & { of: string }) | null>;
  error: Ref<Error | null>;
  problemsOf: (index: number) => string[];
}

export function useTrial(document: Readonly<Ref<MaskingDocument | null>>): Trial {
  const text = ref("");
  const tried = shallowRef<(Tried & { of: string }) | null>(null);
  const error = shallowRef<Error | null>(null);
  const places = shallowRef<number[]>([]);
  let timer = 0;
  let running: AbortController | null = null;

  async function run(): Promise<void> {
    if (!document.value) return;
    running?.abort();
    const mine = (running = new AbortController());
    const { of, sent, kept } = asked(document.value, text.value);
    try {
      const found = await tryMasking(of, sent, mine.signal);
      places.value = kept;
      tried.value = { ...found, of };
      error.value = null;
    } catch (failure) {
      if (mine.signal.aborted) return;
      places.value = kept;
      error.value = failure as Error;
    }
  }

  function soon(): void {
    clearTimeout(timer);
    timer = window.setTimeout(() => void run(), PAUSE);
  }

  /** What is wrong with a pattern, by its place in the document. */
  function problemsOf(index: number): string[] {
    const place = places.value.indexOf(index);
    if (place < 0) return [];
    if (error.value instanceof ApiError) return fieldErrors(error.value).of(`patterns[${place}]`);
    const field = `patterns[${place}].pattern`;
    return (tried.value?.problems ?? []).filter((each) => each.field === field).map((each) => each.reason);
  }

  watch([document, text], soon, { immediate: true });
  onBeforeUnmount(() => {
    clearTimeout(timer);
    running?.abort();
  });
  return { text, tried, error, problemsOf };
}

/** Leave out what is not written yet: it would be refused. */
function asked({ patterns, private: kinds }: MaskingDocument, of: string): { of: string; sent: MaskingDocument; kept: number[] } {
  const kept = patterns.flatMap((each, index) => (each.name && each.pattern ? [index] : []));
  const left = new Set(patterns.filter((each) => !each.pattern).map((each) => each.name));
  const sent = { patterns: kept.flatMap((index) => patterns[index] ?? []), private: kinds.filter((kind) => !left.has(kind)) };
  return { of, sent, kept };
}
