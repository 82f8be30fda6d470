/** What differs between two values, for people: one line for each member that is another one. */

export interface Change {
  /** Where it stands, such as `budgets`, `agent *`, `tokens_per_day`. */
  path: string[];
  /** As text; null where there was nothing. */
  before: string | null;
  after: string | null;
}

type Members = Record<string, unknown>;

/** Members by which entries of lists are told apart, in the order in which they are tried. */
const NAMES = [["scope", "id"], ["name"], ["provider", "model"]] as const;
const MOST = 200;

export function changes(before: unknown, after: unknown): Change[] {
  const found: Change[] = [];
  compare([], before, after, found);
  return found;
}

function compare(path: string[], before: unknown, after: unknown, found: Change[]): void {
  if (found.length >= MOST || alike(before, after)) return;
  const [one, other] = [parts(before), parts(after)];
  if ((one ?? other) && (one || isNothing(before)) && (other || isNothing(after))) {
    const said = path.length && !(one && other) ? nameOf(one ?? other) : [];
    for (const name of new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])) {
      if (!said.includes(name)) compare([...path, name], one?.get(name), other?.get(name), found);
    }
  } else if (!isNothing(before) || !isNothing(after)) {
    const [left, right] = apart(before, after);
    found.push({ path, before: shown(left), after: shown(right) });
  }
}

/** Return the members that an entry is called by: its path says them already. */
function nameOf(entry: Map<string, unknown> | null): readonly string[] {
  return NAMES.find((names) => names.every((name) => entry?.has(name))) ?? [];
}

/** Return the members of an object or a list of objects; nothing for what is shown as it is. */
function parts(value: unknown): Map<string, unknown> | null {
  if (Array.isArray(value)) {
    const entries: unknown[] = value;
    if (!entries.length || !entries.every(isObject)) return null;
    const members = NAMES.find((names) => entries.every((entry) => names.every((name) => name in (entry as Members))));
    const named = entries.map((entry, index) => [label(entry as Members, members, index), entry] as const);
    const names = new Set(named.map(([name]) => name));
    return names.size === named.length ? new Map(named) : new Map(entries.map((entry, index) => [`${index + 1}`, entry]));
  }
  return isObject(value) && Object.keys(value).length ? new Map(Object.entries(value)) : null;
}

function label(entry: Members, names: readonly string[] | undefined, index: number): string {
  return names ? names.map((name) => String(entry[name])).join(" ") : `${index + 1}`;
}

/** Nothing, or a list or an object without members. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "object" && !Object.keys(value).length);
}

function alike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Return of two lists of words what each has alone; other values, and lists in another order, as they are. */
function apart(before: unknown, after: unknown): [unknown, unknown] {
  if (!isWords(before) || !isWords(after)) return [before, after];
  const gone = before.filter((each) => !after.includes(each));
  const come = after.filter((each) => !before.includes(each));
  return gone.length || come.length ? [gone, come] : [before, after];
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function shown(value: unknown): string | null {
  if (isNothing(value)) return null;
  if (typeof value === "string") return value === "" ? "“”" : value;
  if (isWords(value)) return value.join(", ");
  return JSON.stringify(value);
}
