/** Reads what the service says went wrong. */

import { ApiError } from "@/api/errors";

/** Tell whether what was asked for is not there, or may not be seen. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 403);
}
