import { describe, expect, it } from "vitest";

import { readEvent } from "./readEvent";

describe("readEvent", () => {
  it("reads the name and the data", () => {
    expect(readEvent('event: delta\ndata: {"text": "a"}')).toEqual({ event: "delta", data: { text: "a" } });
  });

  it("joins several lines of data", () => {
    expect(readEvent('data: {"a":\r\ndata: 1}')).toEqual({ event: "message", data: { a: 1 } });
  });

  it("passes over comments", () => {
    expect(readEvent(": still there")).toBeNull();
  });
});
