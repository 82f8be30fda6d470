/** What agents, teams and prompts are called, where the helpdesk and the service tell. */

import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { send } from "@/api/transport";
import { i18n } from "@/i18n";
import { root } from "@/page";
import { useNames as usePeople } from "@/session/people";
import { me } from "@/session/session";

import type { Group } from "./figures";
import type { Grouping } from "./state";

interface Row {
  id?: number;
  key?: string;
  name?: string;
  title?: string;
}

const KEPT = 10 * 60_000;

/** Return what names a group of a report, for people. */
export function useNames() {
  const { t } = i18n.global;
  const person = usePeople();
  const teams = named("teams", () => (me.value?.desk === false ? "/api/v1/teams/compact" : "/api/v1/teams"));
  const prompts = named("prompts", () => "/api/v1/ai/authoring/prompts");
  return computed(() => (by: Grouping, key: string): string => {
    if (key === "") return t(`usage.none.${by}`);
    if (by === "agent") return person.value(Number(key));
    if (by === "team") return teams.value.get(key) ?? t("usage.teamId", { id: key });
    if (by === "prompt") return prompts.value.get(key) ?? key;
    return by === "version" ? key.slice(0, 8) : key;
  });
}

/** Return what a group belongs to: a version to its prompt, a model to its provider. */
export function ownerOf(group: Group, by: Grouping, name: (by: Grouping, key: string) => string): string {
  return by === "version" ? name("prompt", group.of) : by === "model" ? group.of : "";
}

function named(what: string, path: () => string) {
  const found = useQuery({ queryKey: ["usage", "names", what], queryFn: () => fetched(path()), staleTime: KEPT });
  return computed(() => found.data.value ?? new Map<string, string>());
}

/** Names are no reason to show no figures: where they can't be had, ids do. */
async function fetched(path: string): Promise<Map<string, string>> {
  try {
    const response = await send(new Request(root + path));
    const body = response.ok ? ((await response.json()) as { data?: unknown }) : {};
    const rows = Array.isArray(body.data) ? (body.data as Row[]) : [];
    return new Map(rows.map((row) => [String(row.key ?? row.id), row.title ?? row.name ?? ""] as const).filter(([, name]) => name !== ""));
  } catch {
    return new Map();
  }
}
