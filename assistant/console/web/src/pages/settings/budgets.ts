/** The document of budgets and own prices, as the service has it. */

import { api, data } from "@/api/client";
import type { Revision } from "@/pages/settings/draft";

export const SCOPES = ["agent", "team", "prompt", "workspace"] as const;

export interface Budget {
  scope: (typeof SCOPES)[number];
  /** A number of an agent or team, or a prompt's key; `*` stands for each. */
  id: string;
  requests_per_minute: number | null;
  tokens_per_day: number | null;
  cost_per_day: number | null;
}

export interface Price {
  provider: string;
  model: string;
  input: number;
  output: number;
  cached_input: number | null;
}

export interface BudgetDocument {
  budgets: Budget[];
  prices: Price[];
}

/** What is used of a budget today. */
export interface Used {
  scope: Budget["scope"];
  id: string;
  tokens: number;
  cost: number;
  /** Whose that is; empty while no one has used any. */
  by: string;
}

export async function readBudgets(): Promise<Revision<BudgetDocument>> {
  const answering = api.GET("/api/v1/ai/budgets");
  const value = (await data(answering)) as BudgetDocument;
  return { value, tag: (await answering).response.headers.get("etag") ?? "" };
}

export async function writeBudgets(body: BudgetDocument, tag: string): Promise<Revision<BudgetDocument>> {
  const answering = api.PUT("/api/v1/ai/budgets", { body: body as never, headers: { "If-Match": tag } });
  const value = (await data(answering)) as unknown as BudgetDocument;
  return { value, tag: (await answering).response.headers.get("etag") ?? "" };
}
