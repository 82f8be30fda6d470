/** Whether the service answers. While it does not, a banner says so, and it is asked again and again. */

import { ref } from "vue";

import type { Trouble } from "@/api/errors";
import { root } from "@/page";

const PAUSE = 2000; // milliseconds between two tries

export const trouble = ref<Trouble | null>(null);

const listeners: (() => void)[] = [];

/** Have something done each time the service answers again. */
export function whenBack(listener: () => void): void {
  listeners.push(listener);
}

/** Say that the service did not answer, and wait until it does. */
export function report(found: Trouble): void {
  const waiting = trouble.value !== null;
  trouble.value = found;
  if (!waiting) setTimeout(lookAgain, PAUSE);
}

/** Ask now; does nothing while all is well. */
export async function lookAgain(): Promise<void> {
  if (trouble.value === null) return;
  if (await alive()) {
    trouble.value = null;
    listeners.forEach((listener) => listener());
  } else {
    setTimeout(lookAgain, PAUSE);
  }
}

/** Tell whether the service answers. */
export async function alive(): Promise<boolean> {
  try {
    return (await fetch(`${root}/health`, { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
