/** The messages that a text would make, asked for a moment after each change. */

import { onScopeDispose, ref, shallowRef, watch, type Ref } from "vue";

import { latest } from "./latest";
import { previewSource, type Preview, type PreviewOrder } from "./requests";

const AFTER = 500; // milliseconds without a change

export function usePreview(key: Ref<string>, order: Ref<PreviewOrder | null>) {
  const preview = shallowRef<Preview | null>(null);
  const error = shallowRef<Error | null>(null);
  const loading = ref(false);
  const asking = latest(
    AFTER,
    (wanted: PreviewOrder, signal) => previewSource(key.value, wanted, signal),
    (answer) => {
      loading.value = false;
      error.value = null;
      preview.value = answer;
    },
    (failed) => {
      loading.value = false;
      error.value = failed as Error;
    },
  );
  watch(
    order,
    (wanted, before) => {
      if (JSON.stringify(wanted) === JSON.stringify(before)) return;
      if (wanted) {
        loading.value = true;
        asking.ask(wanted);
        return;
      }
      asking.stop();
      loading.value = false;
      preview.value = null;
      error.value = null;
    },
    { immediate: true },
  );
  onScopeDispose(asking.stop);
  return { preview, error, loading };
}
