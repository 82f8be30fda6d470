/** Who is signed in, how, and what they may do. The server decides; the page only hides what would be refused. */

import { computed, ref, shallowRef } from "vue";

import { whenBack } from "@/api/connection";
import { ApiError, ConnectionError, errorOf } from "@/api/errors";
import { queries } from "@/api/queries";
import { QUIET, send, signWith } from "@/api/transport";
import { root } from "@/page";

export interface Me {
  id: number;
  name: string;
  email: string | null;
  permissions: string[];
  signed_in_by: "session" | "key";
  desk: boolean;
  version: string;
}

export type Right = "ai:prompts" | "ai:publish" | "ai:manage";

const HELD_WITH: Record<Right, Right[]> = {
  "ai:prompts": ["ai:publish", "ai:manage"],
  "ai:publish": ["ai:manage"],
  "ai:manage": [],
};

export const me = shallowRef<Me | null>(null);
/** Whether it is known who is signed in, if anyone. */
export const started = ref(false);
/** Why it can't be told who is signed in; not that no one is. */
export const refused = shallowRef<Error | null>(null);
/** Whether a session ended in the middle of work, and the page waits for a new one. */
export const expired = ref(false);

export const signedIn = computed(() => me.value !== null);

let key: string | null = null;
let waiting: { again: Promise<boolean>; done: (signedIn: boolean) => void } | null = null;

/** Tell whether whoever is signed in holds a right, by itself or with a larger one. */
export function may(right: Right): boolean {
  const held = me.value?.permissions ?? [];
  return [right, ...HELD_WITH[right]].some((each) => held.includes(each));
}

/** Find out who is signed in already. */
export async function start(): Promise<void> {
  refused.value = null;
  try {
    me.value = await whoAmI();
  } catch (error) {
    if (error instanceof ConnectionError) return; // the banner tells, and asks again
    if (!(error instanceof ApiError && error.status === 401)) refused.value = error as Error;
  }
  started.value = true;
}

/** Sign in at the built-in desk; throws an ApiError in the service's words. */
export async function signIn(email: string, password: string): Promise<void> {
  key = null;
  const answer = await ask("/api/v1/auth/login", { email, password });
  if (!answer.ok) throw await errorOf(answer);
  await answer.text();
  await enter(await whoAmI());
}

/** Sign in with an API key, which this page keeps in memory alone; throws an ApiError in the service's words. */
export async function signInWithKey(apiKey: string, secret: string): Promise<void> {
  const before = key;
  key = `token ${apiKey}:${secret}`;
  try {
    await enter(await whoAmI());
  } catch (error) {
    key = before;
    throw error;
  }
}

/** See whether someone has signed in elsewhere, such as at the helpdesk; throws an ApiError where no one has. */
export async function signInElsewhere(): Promise<void> {
  await enter(await whoAmI());
}

/** Leave: the session ends, a key is forgotten, and so is all that was read. */
export async function signOut(): Promise<void> {
  if (key === null) await (await ask("/api/v1/auth/logout", {})).text();
  key = null;
  me.value = null;
  queries.clear();
}

/** Go on without signing in again; what was waiting for it fails. */
export function giveUp(): void {
  settle(false);
}

async function enter(found: Me): Promise<void> {
  const before = me.value;
  if (before && before.id !== found.id) {
    location.reload(); // someone else's work is not theirs
    return;
  }
  me.value = found;
  refused.value = null;
  settle(true);
  if (before) await queries.invalidateQueries();
}

function settle(signedIn: boolean): void {
  expired.value = false;
  waiting?.done(signedIn);
  waiting = null;
}

function signInAgain(): Promise<boolean> {
  if (me.value === null) return Promise.resolve(false);
  if (waiting === null) {
    let done: (signedIn: boolean) => void = () => undefined;
    const again = new Promise<boolean>((resolve) => (done = resolve));
    waiting = { again, done };
    expired.value = true;
  }
  return waiting.again;
}

async function whoAmI(): Promise<Me> {
  const answer = await ask("/api/v1/ai/me");
  if (!answer.ok) throw await errorOf(answer);
  return ((await answer.json()) as { data: Me }).data;
}

/** Ask about signing in itself, where a 401 is an answer like others. */
function ask(path: string, body?: object): Promise<Response> {
  const headers = { [QUIET]: "1", "Content-Type": "application/json" };
  return send(
    new Request(root + path, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers }),
  );
}

signWith({ authorization: () => key, signInAgain });
whenBack(() => {
  if (!started.value) void start();
});
