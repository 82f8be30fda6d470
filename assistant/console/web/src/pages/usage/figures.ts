/** Figures of a report, as people read and compare them. */

import type { components } from "@/api/schema";
import { lasting } from "@/time";

type Schemas = components["schemas"];

export type Totals = Required<Schemas["UsageTotals"]>;
export type Group = Required<Schemas["UsageGroup"]>;
export type Report = Omit<Required<Schemas["UsageReport"]>, "total" | "before" | "groups"> & {
  total: Totals;
  before: { from: string; to: string; total: Totals };
  groups: Group[];
};
export type Cause = Required<Schemas["ErrorCause"]>;

/** What has a figure of its own, and how it is read. */
export const FIGURES = ["requests", "cost", "cache_share", "kept_rate", "first_p50_ms", "p50_ms", "errors"] as const;
export type Figure = (typeof FIGURES)[number] | "p95_ms" | "first_p95_ms";

/** Whether more of it is better, worse, or just more. */
const BETTER: Record<Figure, -1 | 0 | 1> = {
  requests: 0,
  cost: 0,
  cache_share: 1,
  kept_rate: 1,
  first_p50_ms: -1,
  first_p95_ms: -1,
  p50_ms: -1,
  p95_ms: -1,
  errors: -1,
};

/** Return a figure; nothing where there is none, such as a latency without an answer. */
export function valueOf(totals: Totals, figure: Figure): number | null {
  const value = totals[figure];
  if (value === null) return null;
  if (figure.endsWith("_ms")) return value > 0 ? value : null;
  return figure === "cache_share" && totals.requests === 0 ? null : value;
}

/** Write a figure: 1,204 · $0.42 · 38 % · 840 ms; a dash where there is none. */
export function written(value: number | null, figure: Figure, language: string): string {
  if (value === null) return "–";
  if (figure === "cost") return dollars(value, language);
  if (figure === "cache_share" || figure === "kept_rate") return share(value, language);
  return figure.endsWith("_ms") ? lasting(value, language) : count(value, language);
}

export function count(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

export function share(value: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: value < 0.1 ? 1 : 0 }).format(value);
}

function dollars(value: number, language: string): string {
  const small = value > 0 && value < 0.1;
  return new Intl.NumberFormat(language, {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: 2,
    maximumFractionDigits: small ? 4 : 2,
  }).format(value);
}

export interface Change {
  /** As a share of what was; of shares, the difference in points. */
  by: number;
  tone: "good" | "bad" | "neutral";
  points: boolean;
}

/** Compare a figure with that of the days before; nothing where there was none. */
export function changeOf(now: Totals, before: Totals, figure: Figure): Change | null {
  const [value, was] = [valueOf(now, figure), valueOf(before, figure)];
  if (value === null || was === null || before.requests === 0) return null;
  const points = figure === "cache_share" || figure === "kept_rate";
  if (!points && was === 0) return value === 0 ? { by: 0, tone: "neutral", points } : null;
  const by = points ? value - was : value / was - 1;
  const sense = Math.abs(by) < 0.005 ? 0 : Math.sign(by) * BETTER[figure];
  return { by, tone: sense > 0 ? "good" : sense < 0 ? "bad" : "neutral", points };
}

export type Order = "name" | "requests" | "cost" | "cache_share" | "kept_rate" | "first_p50_ms" | "p50_ms" | "p95_ms" | "errors";

/** Return groups by a figure, those without it last; by name as people sort. */
export function sorted(groups: readonly Group[], order: Order, descending: boolean, name: (group: Group) => string): Group[] {
  const sign = descending ? -1 : 1;
  return [...groups].sort((one, other) => {
    if (order === "name") return sign * name(one).localeCompare(name(other), undefined, { numeric: true });
    const [a, b] = [valueOf(one, order), valueOf(other, order)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (a - b) || name(one).localeCompare(name(other));
  });
}
