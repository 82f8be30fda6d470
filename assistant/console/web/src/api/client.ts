/** The service's operations, with types made from its own document: `await data(api.GET("/api/v1/ai/usage"))`. */

import createClient from "openapi-fetch";

import { errorOf } from "@/api/errors";
import type { paths } from "@/api/schema";
import { send } from "@/api/transport";
import { root } from "@/page";

export const api = createClient<paths>({ baseUrl: root, fetch: send });

interface Answered {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** What an answer holds below `data`. */
export type Payload<T> = T extends { data?: infer D } ? (D extends { data?: infer P } ? Exclude<P, undefined> : never) : never;

/** Return what an operation answered; throws an ApiError in the service's words where it refused. */
export async function data<T extends Answered>(answering: Promise<T>): Promise<Payload<T>> {
  const { response, data: body, error } = await answering;
  if (!response.ok) throw await errorOf(unread(response, error));
  return (body as { data: Payload<T> }).data;
}

/** Put back what openapi-fetch has read of an answer. */
function unread(response: Response, read: unknown): Response {
  const text = typeof read === "string" ? read : JSON.stringify(read ?? null);
  return new Response(text, { status: response.status, headers: response.headers });
}
