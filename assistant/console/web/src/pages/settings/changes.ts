/** What differs between two values, for people: one line for each member that is another one. */

export interface Change {
  /** Where it stands, such as `budgets › agent * › tokens_per_day`. */
  path: string;
  /** As text; null where there was nothing. */
  before: string | null;
  after: string | null;
}

type Members = Record<string, unknown>;

/** Members by which entries of lists are told apart, in the order in which they are tried. */
const NAMES = [["scope", "id"], ["provider", "model"], ["name"]] as const;
const MOST = 200;

export function changes(before: unknown, after: unknown): Change[] {
  const found: Change[] = [];
  compare([], before, after, found);
  return found;
}

function compare(path: string[], before: unknown, after: unknown, found: Change[]): void {
  if (found.length >= MOST || JSON.stringify(before ?? null) === JSON.stringify(after ?? null)) return;
  const [one, other] = [parts(before), parts(after)];
  if ((one ?? other) && (one || before === undefined || before === null) && (other || after === undefined || after === null)) {
    for (const name of new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])) {
      compare([...path, name], one?.get(name), other?.get(name), found);
    }
  } else {
    found.push({ path: path.join(" › "), before: shown(before), after: shown(after) });
  }
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

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value === "" ? "“”" : value;
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value.length ? value.join(", ") : "—";
  return JSON.stringify(value);
}
