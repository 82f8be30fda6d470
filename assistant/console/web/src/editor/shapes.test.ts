import { describe, expect, it } from "vitest";

import { asTexts, freeName, isOddList, isOddMap, problemOf, typedValue, valueAt, writtenValue } from "./shapes";

const problem = (message: string, line: number | null = null) => ({ line, column: null, message, severity: "error" as const });

describe("fields that may hold anything", () => {
  it("gives nothing where there is nothing", () => {
    expect(valueAt({ a: [{ b: 1 }] }, ["a", 0, "b"])).toBe(1);
    expect(valueAt({ a: null }, ["a", "b"])).toBeUndefined();
    expect(valueAt({}, ["constructor"])).toBeUndefined();
    expect(asTexts(["a", 1, null])).toEqual(["a", "1", ""]);
    expect(asTexts("text")).toEqual([]);
  });

  it("tells what a form can't show", () => {
    expect(isOddList([{ a: 1 }], "fields")).toBe(false);
    expect(isOddList(["a"], "fields")).toBe(true);
    expect(isOddList(["a"], "texts")).toBe(false);
    expect(isOddList("a", "texts")).toBe(true);
    expect(isOddList(null, "texts")).toBe(false);
    expect(isOddMap([])).toBe(true);
    expect(isOddMap({})).toBe(false);
  });
});

describe("problems of fields", () => {
  const fieldAt = (line: number) => (line === 3 ? ["tests", 0, "content"] : []);

  it("are found by the name that the service gives, or by their line", () => {
    const problems = [problem("tests.2.assert: is missing", 3), problem("looks odd", 3), problem("brief: is missing", 2)];
    expect(problemOf(problems, ["tests", 1], fieldAt)).toBe("is missing");
    expect(problemOf(problems, ["tests", 0], fieldAt)).toBe("looks odd");
    expect(problemOf(problems, ["brief"], fieldAt)).toBe("is missing");
    expect(problemOf(problems, ["title"], fieldAt)).toBe("");
  });
});

describe("values of variables", () => {
  it.each([
    ["3", "integer", 3],
    ["3x", "integer", "3x"],
    ["true", "boolean", true],
    ["3", "string", "3"],
    ["", "string", undefined],
    ["a\n\nb", "list", ["a", "b"]],
  ])("%j as %s is %j", (written, type, value) => {
    expect(typedValue(written, type)).toEqual(value);
    if (value !== undefined && type !== "list") expect(writtenValue(value)).toBe(written);
  });

  it("get a name that is free", () => {
    expect(freeName("tone", ["tone", "tone_2"])).toBe("tone_3");
  });
});
