/** Names of agents and teams, as far as the helpdesk tells them; without its permission their numbers have to do. */

import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { send } from "@/api/transport";
import { root } from "@/page";

interface Named {
  id: number;
  name?: string;
  first_name?: string;
  last_name?: string;
}

const FIVE_MINUTES = 300_000;

export function useNames(kind: "agents" | "teams") {
  const query = useQuery({ queryKey: ["helpdesk", kind], queryFn: () => listed(kind), staleTime: FIVE_MINUTES });
  const names = computed(() => new Map((query.data.value ?? []).map((each) => [String(each.id), nameOf(each)])));
  return { names, nameOfId: (id: string | number): string | undefined => names.value.get(String(id)) };
}

async function listed(kind: string): Promise<Named[]> {
  const answer = await send(new Request(`${root}/api/v1/${kind}`));
  if (!answer.ok) return [];
  const body = (await answer.json()) as { data?: Named[] | { results?: Named[] } };
  const found = Array.isArray(body.data) ? body.data : body.data?.results;
  return (found ?? []).filter((each) => typeof each.id === "number");
}

function nameOf(each: Named): string {
  return each.name || [each.first_name, each.last_name].filter(Boolean).join(" ") || `#${each.id}`;
}
