/** Which field of a document an error names: `budgets[2].id: must be …`. */

import { ApiError } from "@/api/errors";

const NAMED = /^([a-z_]+(?:\[\d+\])?)(?:\.([a-z_]+))?: (.+)$/s;

export interface FieldErrors {
  /** Return what is wrong with an entry, in sentences. */
  of: (entry: string) => string[];
}

export function fieldErrors(error: Error | null): FieldErrors {
  const found = error instanceof ApiError && error.status === 400 ? NAMED.exec(error.message) : null;
  const said = found ? [found[2], found[3]].filter(Boolean).join(": ") : "";
  return { of: (entry) => (found && found[1] === entry ? [said] : []) };
}
