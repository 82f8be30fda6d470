import { describe, expect, it } from "vitest";

import { changeOf, draftOf, keepsKey, MASK, moved, newEntry, placeOf } from "./draft";
import type { ActiveSetting, KnownProvider } from "./types";

const KNOWN: KnownProvider[] = [
  { provider: "openai", title: "OpenAI", base_url: "https://api.openai.com/v1", api: "responses", model: "m", needs_key: true },
  { provider: "custom", title: "Any", base_url: "", api: "chat", model: "default", needs_key: false },
];
const ACTIVE: ActiveSetting = {
  provider: "custom",
  model: "one",
  base_url: "http://models.example:8000/v1",
  api: "chat",
  has_api_key: true,
  headers: { "X-Team": MASK },
  title: "Any",
  fallbacks: [
    {
      name: "openai",
      provider: "openai",
      model: "m",
      base_url: "https://api.openai.com/v1",
      api: "responses",
      has_api_key: true,
      headers: {},
    },
  ],
  source: "saved",
  problem: null,
  note: null,
};

describe("a setting that is edited", () => {
  it("comes back as it was, with its keys kept", () => {
    expect(changeOf(draftOf(ACTIVE, KNOWN), KNOWN)).toEqual({
      provider: "custom",
      api_key: MASK,
      model: "one",
      base_url: "http://models.example:8000/v1",
      api: null,
      headers: { "X-Team": MASK },
      name: null,
      verify: true,
      fallbacks: [
        { provider: "openai", api_key: MASK, model: "m", base_url: null, api: null, headers: {}, name: "openai" },
      ],
    });
  });

  it("keeps each key when the order changes", () => {
    const change = changeOf(moved(draftOf(ACTIVE, KNOWN), 1, 0), KNOWN);
    expect([change.provider, change.api_key]).toEqual(["openai", MASK]);
    expect(change.fallbacks?.[0]).toMatchObject({ provider: "custom", api_key: MASK });
  });

  it("sends no stored key to another address or provider", () => {
    const [first, second] = draftOf(ACTIVE, KNOWN);
    if (!first || !second) throw new Error("two");
    expect(keepsKey(first, KNOWN)).toBe(true);
    first.baseUrl = "http://models.example:8000/other";
    expect(keepsKey(first, KNOWN)).toBe(true);
    first.baseUrl = "http://elsewhere.example/v1";
    expect(keepsKey(first, KNOWN)).toBe(false);
    second.provider = "custom";
    expect(changeOf([first, second], KNOWN).fallbacks?.[0]?.api_key).toBe("");
  });

  it("tells several of one provider apart", () => {
    const change = changeOf([newEntry("custom"), newEntry("openai"), newEntry("openai")], KNOWN);
    expect(change.fallbacks?.map((each) => each.name)).toEqual(["openai", "openai 2"]);
  });
});

describe("placeOf", () => {
  it("finds the provider and the field", () => {
    const found = (message: string) => Object.values(placeOf(message));
    expect(found("api_key: OpenAI needs a key")).toEqual([0, "api_key", "OpenAI needs a key"]);
    expect(found("fallbacks[1].model: enter one: a or b")).toEqual([2, "model", "Enter one: a or b"]);
    expect(found("fallbacks[0] (openai): The key is refused.")).toEqual([1, null, "The key is refused."]);
    expect(found("Someone else has changed it.")).toEqual([null, null, "Someone else has changed it."]);
  });
});
