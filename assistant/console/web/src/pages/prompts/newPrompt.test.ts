import { describe, expect, it } from "vitest";

import { blankSource, copiedSource, isKey, keyFor } from "./newPrompt";

describe("a new prompt", () => {
  it("has a key made of its title", () => {
    expect(keyFor("Calm Reply (kurz)")).toBe("calm_reply_kurz");
    expect(keyFor("  Größe & Maß ")).toBe("grosse_mass");
    expect(keyFor("2nd try")).toBe("nd_try");
    expect(keyFor("日本語")).toBe("");
    expect(isKey(keyFor("x".repeat(100)))).toBe(true);
  });

  it("says what was asked for, whatever signs that has", () => {
    const source = blankSource('Calm: "soft"', "Make it calm.\nNo exclamation marks.");
    expect(source).toContain('title: "Calm: \\"soft\\""');
    expect(source).toContain('brief: "make it calm. No exclamation marks"');
    expect(source).toContain("{% block instruction %}\nMake it calm.\nNo exclamation marks.\n{% endblock %}");
  });

  it("can be a copy, which leaves the aliases where they are", () => {
    const source = "---\ntitle: Old\naliases:\n  - a\n  - b\nbrief: be calm\n---\ntitle: no field\n";
    expect(copiedSource(source, "New")).toBe('---\ntitle: "New"\nbrief: be calm\n---\ntitle: no field\n');
    expect(copiedSource("---\naliases: [a]\n---\n", "New")).toBe("---\n---\n");
  });
});
