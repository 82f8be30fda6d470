import { describe, expect, it } from "vitest";

import type { Hidden } from "@/pages/settings/masking";
import { pieces } from "@/pages/settings/pieces";

const span = (start: number, end: number): Hidden => ({ start, end, kind: "email", pattern: "", private: false, token: "" });

describe("pieces", () => {
  it("count as the service does: in characters, also where JavaScript takes two for one", () => {
    const text = "🙂🙂 a@b.org, ok";
    const found = pieces(text, [span(3, 10)]);
    expect(found.map((each) => each.text)).toEqual(["🙂🙂 ", "a@b.org", ", ok"]);
    expect(found.map((each) => each.hidden !== null)).toEqual([false, true, false]);
  });

  it("are the whole text, whatever the spans", () => {
    for (const spans of [[], [span(0, 2), span(2, 4)], [span(3, 99)]]) {
      expect(pieces("abcd", spans).map((each) => each.text).join("")).toBe("abcd");
    }
    expect(pieces("", [])).toEqual([]);
  });
});
