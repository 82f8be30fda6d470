/** Something that comes in pieces and can be stopped. */

import { onScopeDispose, ref, shallowRef } from "vue";

import { events } from "@/api/events";

/** Return what asks for a stream and hands over its events; leaving the page ends it. */
export function useStream() {
  const running = ref(false);
  const failure = shallowRef<Error | null>(null);
  let current: AbortController | null = null;

  async function run(path: string, body: unknown, take: (event: string, data: unknown) => void): Promise<void> {
    stop();
    const mine = new AbortController();
    current = mine;
    running.value = true;
    failure.value = null;
    try {
      for await (const { event, data } of events(path, body, mine.signal)) {
        if (mine.signal.aborted) return;
        take(event, data);
      }
    } catch (error) {
      if (!mine.signal.aborted) failure.value = error as Error;
    } finally {
      if (current === mine) running.value = false;
    }
  }

  function stop(): void {
    current?.abort();
    current = null;
    running.value = false;
  }

  onScopeDispose(stop);
  return { running, failure, run, stop };
}
