/** Names of agents and teams, where whoever is signed in may see them. */

import { useQuery } from "@tanstack/vue-query";
import { computed, type ComputedRef } from "vue";

import { send } from "@/api/transport";
import { i18n } from "@/i18n";
import { root } from "@/page";
import { may, me } from "@/session/session";

interface Named {
  id: number;
  name?: string;
  first_name?: string;
  last_name?: string;
}

type Kind = "agents" | "teams";

async function listed(kind: Kind): Promise<Named[]> {
  // Helpdesks list the names alone for every agent; the built-in desk lists all for those who manage them.
  const path = me.value?.desk ? `/api/v1/${kind}` : `/api/v1/${kind}/compact`;
  try {
    const answer = await send(new Request(root + path));
    return answer.ok ? ((await answer.json()) as { data: Named[] }).data : [];
  } catch {
    return [];
  }
}

/** Return all names by id, as text; none where they may not be seen. */
export function useNamesById(kind: Kind): ComputedRef<Map<string, string>> {
  const enabled = me.value?.desk === false || may("ai:manage"); // the desk would refuse others
  const { data } = useQuery({ queryKey: ["people", kind], queryFn: () => listed(kind), staleTime: 300_000, enabled });
  return computed(() => {
    const named = (data.value ?? []).map((each) => [String(each.id), nameOf(each)] as const);
    return new Map(named.filter(([, name]) => name));
  });
}

/** Return what gives the name of an agent by id; 0 stands for commands on the server. */
export function useNames(): ComputedRef<(id: number) => string> {
  const { t } = i18n.global;
  const names = useNamesById("agents");
  return computed(() => (id: number) => {
    if (id === 0) return t("common.person.command");
    const own = id === me.value?.id ? me.value.name : "";
    return names.value.get(String(id)) ?? (own || t("common.person.unknown", { id }));
  });
}

function nameOf(each: Named): string {
  return each.name ?? `${each.first_name ?? ""} ${each.last_name ?? ""}`.trim();
}
