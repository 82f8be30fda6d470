/** Figures over time as rows that a chart draws and a table lists. */

import { i18n } from "@/i18n";

import type { Drawn, Series } from "./drawing";
import { type Figure, type Group, type Report, valueOf, written } from "./figures";
import { type Days, everyDay } from "./range";

export const SUBJECTS = ["requests", "cost", "latency", "kept"] as const;
export type Subject = (typeof SUBJECTS)[number];

interface Row {
  name: string;
  colour: string;
  look: Series["look"];
  figure: Figure;
  value: (group: Group) => number | null;
}

const plain = (figure: Figure, name: string, colour: string, look: Series["look"]): Row => ({
  name, colour, look, figure, value: (group) => valueOf(group, figure),
});

const ROWS: Record<Subject, Row[]> = {
  requests: [
    { name: "asked", colour: "--accent", look: "bar", figure: "requests", value: ({ requests, hits, coalesced, errors }) => requests - hits - coalesced - errors },
    { name: "stored", colour: "--good", look: "hatched", figure: "requests", value: ({ hits, coalesced }) => hits + coalesced },
    { name: "failed", colour: "--bad", look: "bar", figure: "requests", value: ({ errors }) => errors },
  ],
  cost: [plain("cost", "cost", "--accent", "bar")],
  latency: [
    plain("first_p50_ms", "first50", "--good", "line"),
    plain("p50_ms", "whole50", "--accent", "line"),
    plain("p95_ms", "whole95", "--warn", "dashed"),
  ],
  kept: [plain("kept_rate", "kept", "--accent", "line")],
};

/** Return the rows of a subject for all days, or all hours that have begun; there are figures or none. */
export function overTime(report: Report, days: Days, subject: Subject, language: string): Drawn {
  const groups = new Map(report.groups.map((group) => [group.key, group]));
  const keys = report.by === "hour" ? [...groups.keys()] : everyDay(days);
  const rows = ROWS[subject];
  const absent = subject === "latency" || subject === "kept" ? null : 0;
  return {
    labels: keys.map((key) => labelOf(key, language, days.from === days.to)),
    series: rows.map((row) => ({
      label: i18n.global.t(`usage.chart.${row.name}`),
      colour: row.colour,
      look: row.look,
      values: keys.map((key) => {
        const group = groups.get(key);
        return group ? row.value(group) : absent;
      }),
    })),
    write: (value) => written(value, rows[0]?.figure ?? "requests", language),
  };
}

/** Days and hours are written as they are in the report's zone, which is the browser's; of one day only the hours. */
function labelOf(key: string, language: string, alone: boolean): string {
  const moment = new Date(`${key.slice(0, 16).padEnd(16, "T00:00")}Z`);
  const hours = key.length > 10;
  return new Intl.DateTimeFormat(language, {
    timeZone: "UTC",
    ...(hours && alone ? {} : { day: "numeric", month: "short" }),
    ...(hours ? { hour: "2-digit", minute: "2-digit" } : {}),
  }).format(moment);
}
