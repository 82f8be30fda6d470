/** What the editor asks the service. */

import { errorOf } from "@/api/errors";
import { send } from "@/api/transport";
import { root } from "@/page";

import { isMissing } from "./failures";
import type { Problem } from "./interfaces";
import type { Vocabulary } from "./vocabulary";

/** A value that a prompt asks for. */
export interface AskedVariable {
  name: string;
  type: "string" | "integer" | "number" | "boolean" | "choice" | "list";
  description: string;
  required: boolean;
  default: unknown;
  choices: string[];
  max_length: number;
  multiline: boolean;
}

/** What was found in a text that is being typed. */
export interface CheckedSource {
  problems: Problem[];
  title: string | null;
  context: "draft" | "conversation" | null;
  variables: AskedVariable[] | null;
  tests: number;
}

/** A token that the model sees in the place of something. */
export interface HiddenValue {
  token: string;
  kind: string;
  value: string;
}

/** The messages as they would be sent, and what they would take. */
export interface Preview {
  provider: string;
  model: string;
  messages: { role: string; content: string }[];
  hidden: HiddenValue[];
  temperature: number | null;
  input_tokens: number;
  output_tokens: number;
  /** US dollars, at most; null where no price is known. */
  cost: number | null;
  turns: { role: string; messages: string[]; tokens: number }[];
  cuts: { message: string; reason: string; text: string }[];
}

/** What a preview is made of. */
export interface PreviewOrder {
  source: string;
  content: string;
  variables: Record<string, unknown>;
  conversation_uuid: string;
}

/** A draft that is kept with a prompt. */
export interface StoredSample {
  id: number;
  name: string;
  content: string;
  variables: Record<string, unknown>;
}

/** Check a text as the next version of a prompt; throws an ApiError. */
export function checkSource(key: string, source: string, signal: AbortSignal): Promise<CheckedSource> {
  return ask("/api/v1/ai/authoring/check", { key, source }, signal);
}

/** Return all words that a prompt may be written with; throws an ApiError. */
export function fetchVocabulary(): Promise<Vocabulary> {
  return ask("/api/v1/ai/authoring/vocabulary");
}

/** Return the messages that a text would make; throws an ApiError. */
export function previewSource(key: string, order: PreviewOrder, signal: AbortSignal): Promise<Preview> {
  return ask(`/api/v1/ai/prompts/${encodeURIComponent(key)}/preview`, order, signal);
}

/** Return the drafts that are kept with a prompt; throws an ApiError. */
export function fetchSamples(key: string): Promise<StoredSample[]> {
  return ask(`/api/v1/ai/prompts/${encodeURIComponent(key)}/samples`);
}

/** Return the draft of a prompt or shared part; throws an ApiError. */
export async function fetchSource(key: string): Promise<string> {
  return (await ask<{ source: string }>(`/api/v1/ai/prompts/${encodeURIComponent(key)}`)).source;
}

/** Return the ids and names of a helpdesk's teams or inboxes; throws an ApiError, also where one may not see them. */
export async function fetchNames(what: "teams" | "inboxes", atHelpdesk: boolean): Promise<{ id: number; name: string }[]> {
  // Helpdesks list the names of teams alone for every agent.
  const found = await ask<unknown>(`/api/v1/${what}${atHelpdesk && what === "teams" ? "/compact" : ""}`);
  const rows = Array.isArray(found) ? found : [];
  return rows.filter((row): row is { id: number; name: string } => typeof row?.id === "number" && typeof row?.name === "string");
}

/** A conversation to choose. */
export interface ListedConversation {
  uuid: string;
  subject: string;
  contact: { first_name?: string; last_name?: string } | null;
}

/** Return the newest conversations that one may see, all or one's own; none where neither may be listed. */
export async function fetchConversations(): Promise<ListedConversation[]> {
  for (const list of ["all", "assigned"]) {
    try {
      return (await ask<{ results?: ListedConversation[] }>(`/api/v1/conversations/${list}?page=1&page_size=20`)).results ?? [];
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return [];
}

async function ask<T>(path: string, body?: object, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = body
    ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal }
    : { signal };
  const response = await send(new Request(root + path, init));
  if (!response.ok) throw await errorOf(response);
  return ((await response.json()) as { data: T }).data;
}
