import { describe, expect, it } from "vitest";

import { conversationIn, hiddenParts } from "./hiddenParts";

describe("hidden values", () => {
  it("are found wherever their tokens stand, the longest first", () => {
    const hidden = [
      { token: "ZQX1", kind: "link", value: "https://example.com" },
      { token: "ZQX1LINK", kind: "link", value: "https://example.org/?a=(b)" },
    ];
    const parts = hiddenParts("See ZQX1LINK or ZQX1.", hidden);
    expect(parts.map((part) => part.text)).toEqual(["See ", "ZQX1LINK", " or ", "ZQX1", "."]);
    expect(parts[1]?.hidden).toBe(hidden[1]);
    expect(hiddenParts("<b>$&</b>", [])).toEqual([{ text: "<b>$&</b>", hidden: null }]);
  });

  it("finds a conversation in an address", () => {
    const uuid = "0b8a3c1e-7f2d-4e7a-9a51-0123456789ab";
    expect(conversationIn(`https://desk.example.com/inboxes/all/conversation/${uuid.toUpperCase()}?x=1`)).toBe(uuid);
    expect(conversationIn("17")).toBe("");
  });
});
