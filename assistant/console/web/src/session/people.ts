/** Names of agents, where whoever is signed in may see them. */

import { useQuery } from "@tanstack/vue-query";
import { computed, type ComputedRef } from "vue";

import { send } from "@/api/transport";
import { i18n } from "@/i18n";
import { root } from "@/page";
import { me } from "@/session/session";

interface Person {
  id: number;
  first_name: string;
  last_name: string;
}

async function people(): Promise<Person[]> {
  // Helpdesks list the names alone for every agent; the built-in desk lists agents for those who manage them.
  const path = me.value?.desk ? "/api/v1/agents" : "/api/v1/agents/compact";
  try {
    const answer = await send(new Request(root + path));
    return answer.ok ? ((await answer.json()) as { data: Person[] }).data : [];
  } catch {
    return [];
  }
}

/** Return what gives the name of an agent by id; 0 stands for commands on the server. */
export function useNames(): ComputedRef<(id: number) => string> {
  const { t } = i18n.global;
  const { data } = useQuery({ queryKey: ["people"], queryFn: people, staleTime: 300_000 });
  return computed(() => (id: number) => {
    if (id === 0) return t("common.person.command");
    const found = data.value?.find((each) => each.id === id);
    const name = found ? `${found.first_name} ${found.last_name}`.trim() : id === me.value?.id ? me.value.name : "";
    return name || t("common.person.unknown", { id });
  });
}
