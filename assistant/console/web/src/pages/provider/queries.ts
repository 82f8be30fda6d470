/** What the provider page reads. */

import { useQuery } from "@tanstack/vue-query";

import { api, data } from "@/api/client";
import type { ActiveSetting, Providers } from "@/pages/provider/types";

const OFTEN = 5000; // milliseconds between two looks at how providers do

export const SETTING = ["provider"];

export async function readSetting(): Promise<ActiveSetting> {
  return (await data(api.GET("/api/v1/ai/provider"))) as unknown as ActiveSetting;
}

export function useSetting() {
  return useQuery({ queryKey: SETTING, queryFn: readSetting });
}

export function useProviders() {
  return useQuery({
    queryKey: ["providers"],
    queryFn: async () => (await data(api.GET("/api/v1/ai/providers"))) as unknown as Providers,
    refetchInterval: OFTEN,
  });
}

export function useSwitches() {
  return useQuery({
    queryKey: ["audit", "provider.switched"],
    queryFn: () =>
      data(api.GET("/api/v1/ai/audit", { params: { query: { kind: "provider.switched", page_size: 10 } } })),
  });
}
