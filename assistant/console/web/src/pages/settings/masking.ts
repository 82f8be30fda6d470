/** The document of own patterns and private kinds, and trying it on a text. */

import { api, data } from "@/api/client";
import type { Revision } from "@/pages/settings/draft";

/** Kinds that the service finds by itself; an example of each stands in the messages. */
export const KINDS = ["email", "phone", "iban", "card", "order", "link", "amount", "number", "custom"] as const;

export interface Pattern {
  name: string;
  pattern: string;
}

export interface MaskingDocument {
  patterns: Pattern[];
  private: string[];
}

/** A pattern that can't be used, by its place in the document. */
export interface Problem {
  field: string;
  name: string;
  reason: string;
}

export interface Hidden {
  start: number;
  end: number;
  kind: string;
  pattern: string;
  private: boolean;
  token: string;
}

export interface Tried {
  masked: string;
  spans: Hidden[];
  problems: Problem[];
}

export interface SavedMasking extends MaskingDocument {
  problems?: Problem[];
}

export async function readMasking(): Promise<Revision<SavedMasking>> {
  const answering = api.GET("/api/v1/ai/masking");
  const value = (await data(answering)) as SavedMasking;
  return { value, tag: (await answering).response.headers.get("etag") ?? "" };
}

export async function writeMasking({ patterns, private: kinds }: SavedMasking, tag: string): Promise<Revision<SavedMasking>> {
  const answering = api.PUT("/api/v1/ai/masking", { body: { patterns, private: kinds }, headers: { "If-Match": tag } });
  const value = (await data(answering)) as SavedMasking;
  return { value, tag: (await answering).response.headers.get("etag") ?? "" };
}

export async function tryMasking(text: string, document: MaskingDocument, signal: AbortSignal): Promise<Tried> {
  const body = { text, patterns: document.patterns, private: document.private };
  return (await data(api.POST("/api/v1/ai/masking/try", { body, signal }))) as Tried;
}
