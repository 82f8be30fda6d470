/** Which days a report is about, as the page's address says it. Days are written like 2026-11-30. */

export const RANGES = ["today", "7", "30", "90", "365", "custom"] as const;
export type RangeName = (typeof RANGES)[number];

export interface Days {
  name: RangeName;
  from: string;
  to: string;
}

/** Days that a report may have at most, and hours are shown for. */
export const MOST_DAYS = 366;
const HOURLY_DAYS = 2;
const DAY = 86_400_000;
const WRITTEN = /^\d{4}-\d{2}-\d{2}$/;

/** Return the days of a range that ends today, or those between two that were chosen. */
export function daysOf(name: unknown, from: unknown, to: unknown, today: string): Days {
  const known = RANGES.find((each) => each === name) ?? "30";
  if (known !== "custom") return { name: known, from: shifted(today, 1 - lengthOf(known)), to: today };
  const last = isDay(to) ? to : today;
  const first = isDay(from) ? from : shifted(last, -29);
  return { name: known, from: first, to: last };
}

/** Tell why days that were chosen can't be asked for: the name of a message, or nothing. */
export function problemOf(days: Days): "order" | "long" | null {
  if (days.from > days.to) return "order";
  return between(days.from, days.to) >= MOST_DAYS ? "long" : null;
}

/** Whether a chart of these days has room for their hours. */
export function isHourly(days: Days): boolean {
  return between(days.from, days.to) < HOURLY_DAYS;
}

/** Return all days from one to another. */
export function everyDay(days: Days): string[] {
  return Array.from({ length: between(days.from, days.to) + 1 }, (_, place) => shifted(days.from, place));
}

/** Return a day in the browser's own zone. */
export function dayOf(moment: Date): string {
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 10);
}

function lengthOf(name: Exclude<RangeName, "custom">): number {
  return name === "today" ? 1 : Number(name);
}

function isDay(value: unknown): value is string {
  return typeof value === "string" && WRITTEN.test(value) && !Number.isNaN(Date.parse(value));
}

function between(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

function shifted(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}
