/** An answer of the service that is an error, in its own words: these name the remedy. */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    message: string,
    readonly status: number,
    /** Which error it is, such as `stale_edit`. */
    readonly code: string,
    /** What is wrong, one by one, where the service lists it. */
    readonly details: unknown[] = [],
    /** Seconds after which trying again makes sense. */
    readonly retryAfter?: number,
    /** Of the request, for whoever reads the log. */
    readonly requestId?: string,
  ) {
    super(message);
  }
}

/** The service can't be reached, or is being restarted: trying again is all that helps. */
export class ConnectionError extends Error {
  override name = "ConnectionError";
}

export type Trouble = "unreachable" | "restarting";

interface Envelope {
  message?: unknown;
  error_type?: unknown;
  data?: { code?: unknown; details?: unknown } | null;
}

/** Read the error of an answer; a proxy in between may answer with anything. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body = await envelopeOf(response);
  const message = typeof body?.message === "string" && body.message ? body.message : `HTTP ${response.status}`;
  const code = typeof body?.data?.code === "string" ? body.data.code : "";
  const details = Array.isArray(body?.data?.details) ? body.data.details : [];
  const seconds = Number(response.headers.get("retry-after"));
  return new ApiError(
    message,
    response.status,
    code,
    details,
    seconds > 0 ? seconds : undefined,
    response.headers.get("x-request-id") ?? undefined,
  );
}

/** Tell what an answer says of the connection rather than of the request. */
export async function troubleOf(response: Response): Promise<Trouble | null> {
  if (response.status < 502 || response.status > 504) return null;
  const body = await envelopeOf(response);
  if (!body) return "unreachable"; // a proxy says so
  return body.data?.code === "restarting" ? "restarting" : null;
}

async function envelopeOf(response: Response): Promise<Envelope | null> {
  try {
    const body: unknown = await response.clone().json();
    return typeof body === "object" ? (body as Envelope) : null;
  } catch {
    return null;
  }
}
