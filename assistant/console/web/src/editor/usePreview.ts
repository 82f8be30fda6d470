/** The messages that a text would make, asked for a moment after each change. */

import { onScopeDispose, ref, shallowRef, watch, type Ref } from "vue";

import type { Problem } from "./interfaces";
import { latest } from "./latest";
import { checkSource, previewSource, type Preview, type PreviewOrder } from "./requests";

const AFTER = 500; // milliseconds without a change

/** A preview, or why there is none yet. */
interface Looked {
  preview: Preview | null;
  /** What is wrong with the text. */
  problems: readonly Problem[];
  /** Variables that have no default and no value. */
  missing: readonly string[];
}

/** Look at a text only once it can be used, so that what is half written is not asked for. */
async function look(key: string, order: PreviewOrder, signal: AbortSignal): Promise<Looked> {
  const { problems, variables } = await checkSource(key, order.source, signal);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return { preview: null, problems: errors, missing: [] };
  const missing = (variables ?? []).filter(({ name, required }) => required && order.variables[name] === undefined);
  if (missing.length > 0) return { preview: null, problems: [], missing: missing.map(({ name }) => name) };
  return { preview: await previewSource(key, order, signal), problems: [], missing: [] };
}

export function usePreview(key: Ref<string>, order: Ref<PreviewOrder | null>) {
  const preview = shallowRef<Preview | null>(null);
  const error = shallowRef<Error | null>(null);
  const problems = shallowRef<readonly Problem[]>([]);
  const missing = shallowRef<readonly string[]>([]);
  const loading = ref(false);
  const asking = latest(
    AFTER,
    (wanted: PreviewOrder, signal) => look(key.value, wanted, signal),
    (answer) => {
      loading.value = false;
      error.value = null;
      problems.value = answer.problems;
      missing.value = answer.missing;
      if (answer.preview) preview.value = answer.preview;
    },
    (failed) => {
      loading.value = false;
      error.value = failed as Error;
    },
  );
  watch(
    order,
    (wanted, before) => {
      if (wanted && before && isSame(wanted, before)) return;
      if (wanted) {
        loading.value = true;
        asking.ask(wanted);
        return;
      }
      asking.stop();
      loading.value = false;
      preview.value = null;
      error.value = null;
      problems.value = [];
      missing.value = [];
    },
    { immediate: true },
  );
  onScopeDispose(asking.stop);
  return { preview, problems, missing, error, loading };
}

function isSame(one: PreviewOrder, other: PreviewOrder): boolean {
  if (one.source !== other.source || one.content !== other.content) return false;
  return one.conversation_uuid === other.conversation_uuid && JSON.stringify(one.variables) === JSON.stringify(other.variables);
}
