import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

const SOURCES = join(import.meta.dirname, "..");
const USED = /(?<![\w$])\$?t\(\s*["'`]([a-z]+(?:\.[A-Za-z0-9_]+)+)["'`]/g;

function flat(part: object, before = ""): Map<string, string> {
  return new Map(
    Object.entries(part).flatMap(([name, value]: [string, unknown]) =>
      typeof value === "object" && value !== null
        ? [...flat(value, `${before}${name}.`)]
        : [[`${before}${name}`, String(value)] as const],
    ),
  );
}

function places(message: string): string[] {
  return [...message.matchAll(/\{\s*(\w+)\s*\}/g)].map((found) => found[1] ?? "").sort();
}

function read(language: string): Map<string, string> {
  const folder = join(import.meta.dirname, language);
  const areas = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return flat(
    Object.fromEntries(
      areas.map((file) => [file.replace(".json", ""), JSON.parse(readFileSync(join(folder, file), "utf-8")) as object]),
    ),
  );
}

const inEnglish = read("en");
const inGerman = read("de");

describe("messages", () => {
  it("are the same in every language, with the same places", () => {
    expect([...inGerman.keys()].sort()).toEqual([...inEnglish.keys()].sort());
    for (const [name, message] of inEnglish) {
      const other = inGerman.get(name) ?? "";
      expect(new Set(places(other)), name).toEqual(new Set(places(message)));
      expect(other.trim(), name).not.toBe("");
    }
  });

  it("are there where they are used", () => {
    const missing = sources().flatMap((file) =>
      [...readFileSync(file, "utf-8").matchAll(USED)]
        .map((found) => found[1] ?? "")
        .filter((name) => !inEnglish.has(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

function sources(): string[] {
  return readdirSync(SOURCES, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && /\.(vue|ts)$/.test(each.name) && !each.name.endsWith(".test.ts"))
    .map((each) => join(each.parentPath, each.name));
}
