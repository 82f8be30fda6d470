/** A trial: several versions and providers answer one draft, side by side. */

import { computed, ref } from "vue";

import { useStream } from "./useStream";

/** One answer as it comes. */
export interface TrialRun {
  run: number;
  version: number | string;
  provider: string;
  text: string;
  state: "waiting" | "writing" | "done" | "failed";
  error: string;
  model: string;
  warnings: string[];
  milliseconds: number | null;
  tokens: number | null;
  /** US dollars; null where no price is known. */
  cost: number | null;
}

interface Ended {
  run: number;
  text: string;
  model: string;
  warnings: string[];
  milliseconds: number;
  usage: { input_tokens: number; output_tokens: number };
  cost: number | null;
}

const EMPTY = { text: "", state: "waiting", error: "", model: "", warnings: [], milliseconds: null, tokens: null, cost: null } as const;

export function useTrial() {
  const { running, failure, run, stop } = useStream();
  const runs = ref<TrialRun[]>([]);

  function take(event: string, data: unknown): void {
    if (event === "run") {
      runs.value.push({ ...EMPTY, ...(data as Pick<TrialRun, "run" | "version" | "provider">), warnings: [] });
      return;
    }
    const found = runs.value.find((each) => each.run === (data as { run?: number }).run);
    if (!found) return;
    if (event === "delta") {
      found.text += (data as { text: string }).text;
      found.state = "writing";
    } else if (event === "done") {
      const { text, model, warnings, milliseconds, usage, cost } = data as Ended;
      Object.assign(found, { text, model, warnings, milliseconds, cost, tokens: usage.input_tokens + usage.output_tokens, state: "done" });
    } else if (event === "error") {
      Object.assign(found, { state: "failed", error: (data as { error: { message: string } }).error.message });
    }
  }

  async function start(key: string, body: object): Promise<void> {
    runs.value = [];
    await run(`/api/v1/ai/prompts/${encodeURIComponent(key)}/test`, body, take);
  }

  function cancel(): void {
    stop();
    runs.value = runs.value.filter(({ state }) => state !== "waiting");
  }

  return { runs, running, failure, start, cancel, ended: computed(() => runs.value.filter(({ state }) => state === "done")) };
}
