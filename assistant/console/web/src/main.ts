import "@/styles.css";

import { VueQueryPlugin } from "@tanstack/vue-query";
import { createApp } from "vue";

import { alive, report, whenBack } from "@/api/connection";
import { queries } from "@/api/queries";
import App from "@/App.vue";
import { i18n, preferredLanguage, speak } from "@/i18n";
import { router } from "@/router";
import { start } from "@/session/session";

let wanted = "";

/** A part of a page that is gone was replaced by a newer one, which the new start knows; or nothing answers just now. */
async function startAnew(): Promise<void> {
  if (await alive()) location.assign(wanted || location.href);
  else report("unreachable");
}

window.addEventListener("vite:preloadError", () => {
  whenBack(() => void startAnew());
  void startAnew();
});
router.onError((_error, to) => {
  wanted = router.resolve(to).href;
});

// The page that is wanted is fetched while it is found out who wants it.
const app = createApp(App).use(i18n).use(VueQueryPlugin, { queryClient: queries }).use(router);
await Promise.all([speak(preferredLanguage()), start(), router.isReady()]);
app.mount("#app");
