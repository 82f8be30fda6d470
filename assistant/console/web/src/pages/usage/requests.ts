/** The reports that the page asks for. */

import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { computed, type Ref } from "vue";

import { api, data } from "@/api/client";
import { errorOf } from "@/api/errors";
import { send } from "@/api/transport";
import { root } from "@/page";

import type { Cause, Report } from "./figures";
import { type Days, isHourly, problemOf } from "./range";
import { type Filters, type Grouping, parametersOf } from "./state";

const RECENT = 60;
const EVERY = 60_000;

/** Ask for the figures over time. */
export function useOverTime(days: Ref<Days>, filters: Ref<Filters>) {
  return useReport(days, filters, computed(() => (isHourly(days.value) ? "hour" : "day")));
}

/** Ask for the figures of each group. */
export function useReport(days: Ref<Days>, filters: Ref<Filters>, by: Ref<Grouping | "day" | "hour">) {
  return useQuery({
    queryKey: computed(() => ["usage", "report", by.value, days.value, filters.value] as const),
    queryFn: async ({ queryKey: [, , group, range, kept], signal }) => {
      const query = { ...parametersOf(range, kept), by: group };
      return (await data(api.GET("/api/v1/ai/usage", { params: { query }, signal }))) as unknown as Report;
    },
    enabled: computed(() => problemOf(days.value) === null),
    placeholderData: keepPreviousData,
  });
}

/** Ask for what went wrong in the last hour, again and again. */
export function useRecentErrors() {
  return useQuery({
    queryKey: ["usage", "errors"],
    queryFn: async ({ signal }) => {
      const found = await data(api.GET("/api/v1/ai/usage/errors", { params: { query: { minutes: RECENT } }, signal }));
      return { requests: found.requests ?? 0, errors: found.errors ?? 0, causes: (found.causes ?? []) as Cause[] };
    },
    refetchInterval: EVERY,
  });
}

/** Save the figures of each group as a file; throws an ApiError where the service refuses. */
export async function download(days: Days, filters: Filters, by: Grouping | "day" | "hour"): Promise<void> {
  const parameters = Object.entries({ ...parametersOf(days, filters), by, format: "csv" });
  const query = new URLSearchParams(parameters.map(([name, value]) => [name, String(value)]));
  const response = await send(new Request(`${root}/api/v1/ai/usage?${query.toString()}`));
  if (!response.ok) throw await errorOf(response);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = `usage-by-${by}-${days.from}-${days.to}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), EVERY);
}
