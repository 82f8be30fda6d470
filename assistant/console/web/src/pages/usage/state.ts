/** What the page shows, all of it in its address: the days, the filters, and by what it is broken down. */

import { computed } from "vue";
import { type LocationQuery, useRoute, useRouter } from "vue-router";

import { dayOf, type Days, daysOf } from "./range";

export const GROUPINGS = ["prompt", "version", "agent", "team", "provider", "model", "error"] as const;
export type Grouping = (typeof GROUPINGS)[number];
export type Filters = Partial<Record<Grouping, string>>;

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** Return what the address says, and how to change it. */
export function useUsageState() {
  const route = useRoute();
  const router = useRouter();
  const days = computed<Days>(() => daysOf(one(route.query, "range"), one(route.query, "from"), one(route.query, "to"), dayOf(new Date())));
  const by = computed<Grouping>(() => GROUPINGS.find((each) => each === route.query["by"]) ?? "prompt");
  const filters = computed<Filters>(() =>
    Object.fromEntries(GROUPINGS.map((name) => [name, one(route.query, name)] as const).filter(([, value]) => value !== undefined)),
  );

  function go(changes: Record<string, string | undefined>): void {
    void router.push({ query: { ...route.query, ...changes } });
  }

  return {
    days,
    by,
    filters,
    show: (name: Days["name"]) =>
      go(name === "custom" ? { range: name, from: days.value.from, to: days.value.to } : { range: name, from: undefined, to: undefined }),
    between: (from: string, to: string) => go({ range: "custom", from, to }),
    breakDown: (name: Grouping) => go({ by: name }),
    filter: (changes: Filters) => go(changes),
    clear: () => go(Object.fromEntries(GROUPINGS.map((name) => [name, undefined]))),
  };
}

/** Return the parameters of a report. */
export function parametersOf(days: Days, filters: Filters) {
  const { agent, team, ...texts } = filters;
  return {
    from: days.from,
    to: days.to,
    tz: zone,
    ...texts,
    ...(agent === undefined ? {} : { agent: Number(agent) }),
    ...(team === undefined ? {} : { team: Number(team) }),
  };
}

function one(query: LocationQuery, name: string): string | undefined {
  const value = query[name];
  return typeof value === "string" ? value : undefined;
}
