/** A prompt's text as the form and the editor read it together, a moment after it was changed. */

import { useQuery } from "@tanstack/vue-query";
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from "vue";
import { useI18n } from "vue-i18n";

import { isMissing } from "./failures";
import { readFields, type ReadFields } from "./frontMatter";
import type { Problem } from "./interfaces";
import { latest } from "./latest";
import { checkSource, fetchSource, fetchVocabulary, type CheckedSource } from "./requests";
import { splitSource } from "./source";
import { blocksOf } from "./template";
import { NO_VOCABULARY } from "./vocabulary";

const READ_AFTER = 150; // milliseconds without a change
const CHECK_AFTER = 300;

/** The fields of a text, and the text that they were read from. */
export interface ReadText extends ReadFields {
  source: string;
}

/** Return the fields of a text, a moment after it was changed; `readNow` reads them at once. */
export function useFields(text: Ref<string>): { read: Ref<ReadText>; readNow: () => void } {
  const readText = (): ReadText => ({ ...readFields(text.value), source: text.value });
  const read = shallowRef(readText());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const readNow = () => {
    clearTimeout(timer);
    if (read.value.source !== text.value) read.value = readText();
  };
  watch(text, () => {
    clearTimeout(timer);
    timer = setTimeout(readNow, READ_AFTER);
  });
  onScopeDispose(() => clearTimeout(timer));
  return { read, readNow };
}

/** Return what the service finds in a text, asked a moment after each change. */
export function useChecks(key: Ref<string>, text: Ref<string>) {
  const checked = shallowRef<CheckedSource | null>(null);
  const problems = shallowRef<readonly Problem[]>([]);
  const checking = ref(false);
  const failure = shallowRef<Error | null>(null);
  const checks = latest(
    CHECK_AFTER,
    (source: string, signal) => checkSource(key.value, source, signal),
    (answer) => {
      checking.value = false;
      failure.value = null;
      checked.value = answer.variables === null && checked.value ? { ...checked.value, problems: answer.problems } : answer;
      problems.value = answer.problems;
    },
    (error) => {
      checking.value = false;
      failure.value = error as Error;
    },
  );
  const ask = (source: string, at: "once" | "later") => {
    checking.value = true;
    if (at === "once") checks.now(source);
    else checks.ask(source);
  };
  watch(text, (source) => ask(source, "later"));
  watch(key, () => ask(text.value, "once"), { immediate: true });
  onScopeDispose(checks.stop);
  return { checked, problems, checking, failure, checkNow: () => ask(text.value, "once") };
}

/** Return the words that a prompt may be written with, in the reader's language. */
export function useVocabulary() {
  const { locale } = useI18n();
  const found = useQuery({
    queryKey: computed(() => ["editor", "vocabulary", locale.value]),
    queryFn: fetchVocabulary,
    staleTime: 10 * 60_000,
  });
  return computed(() => found.data.value ?? NO_VOCABULARY);
}

/** Return the names of the blocks of the part that a text extends. */
export function useParentBlocks(text: Ref<string>) {
  const parent = ref("");
  watch(text, (source) => (parent.value = /\{%[-+]?\s*extends\s+["'](_\w+)\.j2["']/.exec(source)?.[1] ?? ""), {
    immediate: true,
  });
  const found = useQuery({
    queryKey: computed(() => ["editor", "part", parent.value]),
    queryFn: async () => {
      try {
        return blocksOf(splitSource(await fetchSource(parent.value)).template).map((block) => block.name);
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
    enabled: computed(() => parent.value !== ""),
    staleTime: 60_000,
  });
  return computed(() => found.data.value ?? []);
}
