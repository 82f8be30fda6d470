/** What the service says of providers; its document leaves these answers open. */

export type Dialect = "chat" | "messages" | "responses";

export interface KnownProvider {
  provider: string;
  title: string;
  /** Empty where each customer has an address of their own. */
  base_url: string;
  api: Dialect;
  /** Used where none is named; empty where one must be. */
  model: string;
  needs_key: boolean;
}

export interface ShownSetting {
  provider: string;
  model: string;
  base_url: string;
  api: Dialect;
  has_api_key: boolean;
  headers: Record<string, string>;
}

export interface ActiveSetting extends ShownSetting {
  title: string;
  fallbacks: (ShownSetting & { name: string })[];
  source: "saved" | "environment" | "built-in";
  problem: string | null;
  note: string | null;
}

export interface LastHour {
  requests: number;
  errors: number;
  p50_ms: number | null;
  p95_ms: number | null;
}

export interface LastError {
  at: string;
  code: string;
  status: number | null;
  message: string;
}

export interface Health {
  name: string;
  provider: string;
  model: string;
  breaker: "closed" | "open" | "half-open";
  recent_calls: number;
  recent_failures: number;
  under_way: number;
  waiting: number;
  last_hour: LastHour | null;
  last_error: LastError | null;
}

export interface Providers {
  known: KnownProvider[];
  configured: Health[];
}

export interface Tested {
  name: string;
  provider: string;
  model: string;
  base_url: string;
  milliseconds: number;
  text: string;
  models: string[];
}
