/** Servers that load their model first: the load goes on, and the same question is asked until it is answered. */

import { ApiError } from "@/api/errors";

const PAUSE = 2; // seconds, where the service says nothing

/**
 * Ask until the model is loaded.
 *
 * `loading` is told for how many seconds it has been loading so far. Throws what the question throws otherwise, and an
 * AbortError when the signal says to stop.
 */
export async function whileLoading<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
  loading: (seconds: number) => void,
): Promise<T> {
  const started = Date.now();
  let ticking: ReturnType<typeof setInterval> | undefined;
  const tick = (): void => loading(Math.round((Date.now() - started) / 1000));
  try {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof ApiError && error.code === "model_loading")) throw error;
        tick();
        ticking ??= setInterval(tick, 1000);
        await pause((error.retryAfter ?? PAUSE) * 1000, signal);
      }
    }
  } finally {
    clearInterval(ticking);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
