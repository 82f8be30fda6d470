/** Short words on what has just been done: `toast(t("…"))`. What went wrong stands where it went wrong instead. */

import { ref } from "vue";

export interface Toast {
  id: number;
  text: string;
  /** A way to take it back, or to go there. */
  action?: { label: string; run: () => void };
}

const SECONDS = 6;

export const toasts = ref<Toast[]>([]);
let last = 0;

export function toast(text: string, action?: Toast["action"]): void {
  const id = ++last;
  toasts.value = [...toasts.value.filter((each) => each.action), { id, text, action }]; // newer words replace older ones
  setTimeout(() => dismiss(id), SECONDS * 1000);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((each) => each.id !== id);
}
