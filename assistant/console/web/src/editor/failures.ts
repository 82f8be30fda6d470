/** Reads what the service says went wrong. */

import { ApiError } from "@/api/errors";

import type { Problem } from "./interfaces";

/** Tell whether what was asked for is not there, or may not be seen. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 403);
}

/** Return the problems of a prompt that an error lists; none for any other error. */
export function problemsOf(error: unknown): Problem[] {
  if (!(error instanceof ApiError)) return [];
  return error.details.filter(isProblem).map((detail) => ({
    line: detail.line ?? null,
    column: detail.column ?? null,
    message: detail.reason,
    severity: "error",
  }));
}

interface Detail {
  line?: number | null;
  column?: number | null;
  reason: string;
}

function isProblem(detail: unknown): detail is Detail {
  return typeof detail === "object" && detail !== null && typeof (detail as Detail).reason === "string";
}
