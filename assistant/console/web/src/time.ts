/** Moments as people read them, in the browser's zone. The service's are in UTC. */

import { i18n } from "@/i18n";

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 hours ago"; below a minute "now". */
export function ago(moment: Date, now = new Date(), language: string = i18n.global.locale.value): string {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(0, "second");
}

/** Date and time in full, with the zone. */
export function exactly(moment: Date, language: string = i18n.global.locale.value): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: "medium",
    timeStyle: "medium",
  }).format(moment) + ` (${zone(moment, language)})`;
}

function zone(moment: Date, language: string): string {
  const parts = new Intl.DateTimeFormat(language, { timeZoneName: "short" }).formatToParts(moment);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

/** 840 ms, 2.4 s. */
export function lasting(milliseconds: number, language: string = i18n.global.locale.value): string {
  const short = milliseconds < 1000;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: short ? "millisecond" : "second",
    maximumFractionDigits: short ? 0 : 1,
  }).format(short ? milliseconds : milliseconds / 1000);
}
