import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { latest } from "./latest";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Something that answers when it is told to. */
function asked() {
  const calls: { what: string; signal: AbortSignal; answer: (text: string) => void; fail: (error: Error) => void }[] = [];
  const answers: string[] = [];
  const errors: unknown[] = [];
  const run = (what: string, signal: AbortSignal) =>
    new Promise<string>((answer, fail) => void calls.push({ what, signal, answer, fail }));
  const it = latest(300, run, (answer) => answers.push(answer), (error) => errors.push(error));
  return { it, calls, answers, errors };
}

describe("asking for the latest", () => {
  it("waits until typing pauses", async () => {
    const { it, calls } = asked();
    it.ask("a");
    await vi.advanceTimersByTimeAsync(200);
    it.ask("ab");
    await vi.advanceTimersByTimeAsync(299);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls.map((call) => call.what)).toEqual(["ab"]);
  });

  it("gives up what is running when typing goes on, and takes no late answer", async () => {
    const { it, calls, answers, errors } = asked();
    it.now("a");
    it.ask("ab");
    expect(calls[0]?.signal.aborted).toBe(true);
    calls[0]?.answer("late");
    await vi.advanceTimersByTimeAsync(300);
    calls[1]?.answer("right");
    await vi.advanceTimersByTimeAsync(0);
    expect(answers).toEqual(["right"]);
    expect(errors).toEqual([]);
  });

  it("tells of an error, unless it was given up", async () => {
    const { it, calls, errors } = asked();
    it.now("a");
    calls[0]?.fail(new Error("no"));
    await vi.advanceTimersByTimeAsync(0);
    it.now("b");
    it.stop();
    calls[1]?.fail(new Error("aborted"));
    await vi.advanceTimersByTimeAsync(0);
    expect(errors).toEqual([new Error("no")]);
  });
});
