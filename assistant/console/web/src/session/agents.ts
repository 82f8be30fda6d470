/** Names of agents, where the helpdesk tells them. */

import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { send } from "@/api/transport";
import { i18n } from "@/i18n";
import { root } from "@/page";
import { may, me } from "@/session/session";

interface Listed {
  id: number;
  first_name?: string;
  last_name?: string;
}

/** Return what names an agent by their id; "Agent 7" where the name isn't known. */
export function useAgentNames() {
  const found = useQuery({ queryKey: ["agents"], queryFn: names, staleTime: 10 * 60_000, enabled: mayAsk() });
  return computed(() => (id: number) => {
    if (id === me.value?.id && me.value.name) return me.value.name;
    return found.data.value?.get(id) ?? i18n.global.t("prompts.agent", { id });
  });
}

/** The built-in desk shows its agents to administrators alone; a helpdesk has a list for everyone. */
function mayAsk(): boolean {
  return me.value?.desk === false || may("ai:manage");
}

async function names(): Promise<Map<number, string>> {
  const path = me.value?.desk ? "/api/v1/agents" : "/api/v1/agents/compact";
  const response = await send(new Request(root + path));
  const body: unknown = response.ok ? await response.json() : null;
  const rows = (body as { data?: Listed[] } | null)?.data;
  return new Map((Array.isArray(rows) ? rows : []).map((row) => [row.id, `${row.first_name ?? ""} ${row.last_name ?? ""}`.trim()]));
}
