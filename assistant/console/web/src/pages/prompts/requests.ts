/** What the pages about prompts ask the service. */

import { api, data } from "@/api/client";
import { errorOf } from "@/api/errors";
import type { Full } from "@/api/full";
import type { components } from "@/api/schema";
import { send } from "@/api/transport";
import { root } from "@/page";

type Schemas = components["schemas"];

export type ListedPrompt = Full<Schemas["AuthorsPrompt"]>;
export type ShownPrompt = Full<Schemas["ShownPrompt"]>;
export type ShownVersion = Full<Schemas["ShownVersion"]>;
export type ShownDiff = Full<Schemas["ShownDiff"]>;
export type Sample = Full<Schemas["Sample"]>;
export type VersionResult = Full<Schemas["VersionResult"]>;
export type TestOutcome = Full<Schemas["TestOutcome"]>;
export type AskedVariable = Full<Schemas["AskedVariable"]>;

const at = (key: string) => ({ params: { path: { key } } });

/** Return all prompts and shared parts. */
export async function fetchPrompts(): Promise<ListedPrompt[]> {
  return (await data(api.GET("/api/v1/ai/authoring/prompts"))) as ListedPrompt[];
}

export async function fetchPrompt(key: string): Promise<ShownPrompt> {
  return (await data(api.GET("/api/v1/ai/prompts/{key}", at(key)))) as ShownPrompt;
}

export async function fetchVersions(key: string): Promise<ShownVersion[]> {
  return (await data(api.GET("/api/v1/ai/prompts/{key}/versions", at(key)))) as ShownVersion[];
}

/** Return the text of a version; 0 is the file's. */
export async function fetchSource(key: string, number: number): Promise<string> {
  const params = { params: { path: { key, number: String(number) } } };
  return ((await data(api.GET("/api/v1/ai/prompts/{key}/versions/{number}", params))) as { source: string }).source;
}

/** Return what differs between two versions: numbers, or words such as `file` and `base`. */
export async function fetchDiff(key: string, from: number | string, to: number | string): Promise<ShownDiff> {
  const params = { params: { path: { key }, query: { from, to } as never } };
  return (await data(api.GET("/api/v1/ai/prompts/{key}/diff", params))) as ShownDiff;
}

export async function fetchSamples(key: string): Promise<Sample[]> {
  return (await data(api.GET("/api/v1/ai/prompts/{key}/samples", at(key)))) as Sample[];
}

export async function addSample(key: string, name: string, content: string): Promise<Sample> {
  const body = { name, content, variables: {} };
  return (await data(api.POST("/api/v1/ai/prompts/{key}/samples", { ...at(key), body }))) as Sample;
}

export async function removeSample(key: string, number: number): Promise<void> {
  const params = { params: { path: { key, number: String(number) } } };
  await data(api.DELETE("/api/v1/ai/prompts/{key}/samples/{number}", params));
}

export async function fetchResults(key: string): Promise<VersionResult[]> {
  return (await data(api.GET("/api/v1/ai/prompts/{key}/results", at(key)))) as VersionResult[];
}

/** Return the names of the configured providers; administrators alone may see them. */
export async function fetchProviderNames(): Promise<{ name: string; title: string }[]> {
  const { configured = [], known = [] } = (await data(api.GET("/api/v1/ai/providers"))) as {
    configured?: { name: string; provider: string }[];
    known?: { provider: string; title: string }[];
  };
  return configured.map(({ name, provider }) => {
    const title = known.find((each) => each.provider === provider)?.title ?? provider;
    return { name, title: name === provider ? title : `${title} (${name})` };
  });
}

export interface Edit {
  source: string;
  message: string;
  /** The revision that it was made from; 0: the prompt is new here. */
  revision: number;
  fileSeen?: boolean;
}

/** Save a draft; throws an ApiError, with the code `stale_edit` where someone else was quicker. */
export async function saveDraft(key: string, edit: Edit): Promise<ShownPrompt> {
  const { source, message, revision, fileSeen = false } = edit;
  const header: Record<string, string> = revision === 0 ? { "If-None-Match": "*" } : { "If-Match": `"${revision}"` };
  return change("PUT", key, "", { source, message, file_seen: fileSeen }, header);
}

/** Publish, roll back, switch off or on. */
export async function act(
  key: string,
  what: "publish" | "rollback" | "disable" | "enable",
  revision: number,
  body: object = {},
): Promise<ShownPrompt> {
  return change("POST", key, `/${what}`, body, ifMatch(revision));
}

export async function deletePrompt(key: string, revision: number): Promise<void> {
  await change("DELETE", key, "", undefined, ifMatch(revision));
}

function ifMatch(revision: number): Record<string, string> {
  return { "If-Match": `"${revision}"` };
}

async function change(
  method: string,
  key: string,
  path: string,
  body: object | undefined,
  header: Record<string, string>,
): Promise<ShownPrompt> {
  const init = { method, headers: { "Content-Type": "application/json", ...header }, body: body && JSON.stringify(body) };
  const response = await send(new Request(`${root}/api/v1/ai/prompts/${encodeURIComponent(key)}${path}`, init));
  if (!response.ok) throw await errorOf(response);
  return ((await response.json()) as { data: ShownPrompt }).data;
}
