/** Asks for something each time that it changes, once it has been still for a while; the latest answer alone counts. */

export interface Latest<T> {
  /** Ask for something after the pause; what is being asked for is given up. */
  ask(what: T): void;
  /** Ask for it at once. */
  now(what: T): void;
  /** Give up whatever is being asked for. */
  stop(): void;
}

/**
 * Return what asks.
 *
 * @param pause - milliseconds without a change before it asks
 * @param run - asks; a given-up one is aborted, and what it returns or throws then is not looked at
 * @param done - gets the answer
 * @param failed - gets what was thrown
 */
export function latest<T, R>(
  pause: number,
  run: (what: T, signal: AbortSignal) => Promise<R>,
  done: (answer: R, what: T) => void,
  failed: (error: unknown, what: T) => void,
): Latest<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | null = null;
  const stop = () => {
    clearTimeout(timer);
    running?.abort();
    running = null;
  };
  const now = (what: T) => {
    stop();
    const mine = new AbortController();
    running = mine;
    const unless = (act: () => void) => {
      if (running !== mine) return;
      running = null;
      act();
    };
    run(what, mine.signal).then(
      (answer) => unless(() => done(answer, what)),
      (error: unknown) => unless(() => failed(error, what)),
    );
  };
  const ask = (what: T) => {
    stop();
    timer = setTimeout(() => now(what), pause);
  };
  return { ask, now, stop };
}
