/** Answers that come in pieces: server-sent events of an operation that takes a body. */

import { errorOf } from "@/api/errors";
import { readEvent, type ServerEvent } from "@/api/readEvent";
import { send } from "@/api/transport";
import { root } from "@/page";

/**
 * Ask an operation for a stream, and yield its events as they come.
 *
 * Throws an ApiError where the service refuses before the first one; an event called `error` is yielded like others.
 */
export async function* events(path: string, body: unknown, signal?: AbortSignal): AsyncGenerator<ServerEvent> {
  const request = new Request(`${root}${path}`, {
    method: "POST",
    headers: { Accept: "text/event-stream", "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  const response = await send(request);
  if (!response.ok || !response.body) throw await errorOf(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (rest + value).split(/\r?\n\r?\n/);
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const found = readEvent(part);
        if (found) yield found;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
