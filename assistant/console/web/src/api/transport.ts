/** How requests leave the page: with who is asking, and again once someone has signed in where no one was. */

import { report } from "@/api/connection";
import { ConnectionError, troubleOf } from "@/api/errors";
import { i18n } from "@/i18n";

interface Access {
  /** Returns the `Authorization` header of an API key, or nothing for a browser's session. */
  authorization: () => string | null;
  /** Lets the person sign in again over the page; resolves to whether they did. */
  signInAgain: () => Promise<boolean>;
}

let access: Access = { authorization: () => null, signInAgain: () => Promise.resolve(false) };

/** Say how requests are signed; the session does, once. */
export function signWith(given: Access): void {
  access = given;
}

/** A request that tells by itself that no one is signed in asks no one to. */
export const QUIET = "x-quiet";

const SAFE = new Set(["GET", "HEAD"]);

/** Send a request of our own; throws a ConnectionError where there is no answer. */
export async function send(request: Request): Promise<Response> {
  const quiet = request.headers.has(QUIET);
  for (;;) {
    const response = await fetched(signed(request));
    if (response.status !== 401 || quiet || !(await access.signInAgain())) return response;
  }
}

function signed(request: Request): Request {
  const authorization = access.authorization();
  const copy = new Request(request.clone(), { credentials: authorization ? "omit" : "same-origin" });
  copy.headers.delete(QUIET);
  copy.headers.set("Accept-Language", i18n.global.locale.value);
  if (authorization) copy.headers.set("Authorization", authorization);
  else if (!SAFE.has(request.method)) copy.headers.set("X-CSRFTOKEN", csrfToken());
  return copy;
}

function csrfToken(): string {
  const found = /(?:^|;\s*)csrf_token=([^;]*)/.exec(document.cookie);
  return found?.[1] ? decodeURIComponent(found[1]) : "";
}

async function fetched(request: Request): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    report("unreachable");
    throw new ConnectionError(i18n.global.t("common.unreachable"));
  }
  const trouble = await troubleOf(response);
  if (trouble) {
    report(trouble);
    throw new ConnectionError(i18n.global.t(`common.${trouble}`));
  }
  return response;
}
