import { describe, expect, it } from "vitest";

import { daysOf, everyDay, isHourly, problemOf } from "./range";

const TODAY = "2026-03-01";

describe("days of a report", () => {
  it("end today, and are thirty where the address says nothing that is known", () => {
    expect(daysOf("7", undefined, undefined, TODAY)).toEqual({ name: "7", from: "2026-02-23", to: TODAY });
    expect(daysOf("nonsense", undefined, undefined, TODAY)).toEqual({ name: "30", from: "2026-01-31", to: TODAY });
    expect(daysOf("today", "2020-01-01", undefined, TODAY).from).toBe(TODAY);
  });

  it("are those that were chosen, and thirty up to the last where the first is no day", () => {
    expect(daysOf("custom", "2026-02-01", "2026-02-03", TODAY)).toMatchObject({ from: "2026-02-01", to: "2026-02-03" });
    expect(daysOf("custom", "soon", "2026-02-30x", TODAY)).toMatchObject({ from: "2026-01-31", to: TODAY });
  });

  it("can't end before they begin, or be more than a year", () => {
    expect(problemOf(daysOf("custom", "2026-02-03", "2026-02-01", TODAY))).toBe("order");
    expect(problemOf(daysOf("custom", "2025-01-01", "2026-02-01", TODAY))).toBe("long");
    expect(problemOf(daysOf("365", undefined, undefined, TODAY))).toBeNull();
  });

  it("are all there, and two of them have room for hours", () => {
    const days = daysOf("custom", "2026-02-27", "2026-03-01", TODAY);
    expect(everyDay(days)).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
    expect(isHourly(days)).toBe(false);
    expect(isHourly(daysOf("today", undefined, undefined, TODAY))).toBe(true);
  });
});
