/** Work that is not saved yet, kept on this machine for one person and prompt, so that it survives a reload. */

/** What is kept. */
export interface UnsavedWork {
  source: string;
  /** The revision of the prompt that it was made from; 0: there was none. */
  revision: number;
  /** When it was last changed, in milliseconds since 1970. */
  at: number;
}

const PREFIX = "assistant.unsaved.";
const OLDEST = 30 * 24 * 3600 * 1000; // milliseconds
const MOST = 20; // prompts, of all people of this machine

/** Where it is kept: the browser's `localStorage`, or something like it. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** Return what someone has not saved of a prompt; null if there is nothing, or nothing that can be read. */
export function unsavedWork(shelf: Shelf, user: number, promptKey: string, now = Date.now()): UnsavedWork | null {
  const work = read(shelf, nameOf(user, promptKey));
  return work && now - work.at < OLDEST ? work : null;
}

/** Keep someone's work; tells whether there was room for it. */
export function keepWork(shelf: Shelf, user: number, promptKey: string, work: UnsavedWork): boolean {
  const name = nameOf(user, promptKey);
  for (;;) {
    try {
      shelf.setItem(name, JSON.stringify(work));
      forgetBeyond(shelf, MOST, work.at);
      return true;
    } catch {
      const others = keptNames(shelf).filter((each) => each !== name);
      const oldest = others.at(-1);
      if (oldest === undefined) return false;
      shelf.removeItem(oldest);
    }
  }
}

/** Forget what someone has not saved of a prompt, since they have, or don't want it. */
export function forgetWork(shelf: Shelf, user: number, promptKey: string): void {
  shelf.removeItem(nameOf(user, promptKey));
}

function nameOf(user: number, promptKey: string): string {
  return `${PREFIX}${user}.${promptKey}`;
}

function forgetBeyond(shelf: Shelf, most: number, now: number): void {
  keptNames(shelf).forEach((name, place) => {
    const work = read(shelf, name);
    if (place >= most || !work || now - work.at >= OLDEST) shelf.removeItem(name);
  });
}

/** Return the names of all that is kept, the newest first. */
function keptNames(shelf: Shelf): string[] {
  const names = Array.from({ length: shelf.length }, (_, place) => shelf.key(place) ?? "");
  const kept = names.filter((name) => name.startsWith(PREFIX)).map((name) => ({ name, at: read(shelf, name)?.at ?? 0 }));
  return kept.sort((one, other) => other.at - one.at).map((each) => each.name);
}

function read(shelf: Shelf, name: string): UnsavedWork | null {
  try {
    const work: unknown = JSON.parse(shelf.getItem(name) ?? "null");
    return isWork(work) ? work : null;
  } catch {
    return null;
  }
}

function isWork(work: unknown): work is UnsavedWork {
  if (typeof work !== "object" || work === null) return false;
  const { source, revision, at } = work as Record<string, unknown>;
  return typeof source === "string" && typeof revision === "number" && typeof at === "number";
}
