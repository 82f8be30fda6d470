/** How answers are kept and asked for again. */

import { QueryClient } from "@tanstack/vue-query";

import { whenBack } from "@/api/connection";
import { ConnectionError } from "@/api/errors";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the service refuses it refuses again; where it can't be reached, the banner asks for all at once.
      retry: false,
      refetchOnReconnect: false,
      networkMode: "always",
    },
    mutations: { retry: false, networkMode: "always" },
  },
});

whenBack(() => {
  void queries.refetchQueries({
    predicate: (query) => query.isActive() && (query.state.error instanceof ConnectionError || query.isStale()),
  });
});
