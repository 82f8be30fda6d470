import "@/styles.css";

import { VueQueryPlugin } from "@tanstack/vue-query";
import { createApp } from "vue";

import { queries } from "@/api/queries";
import App from "@/App.vue";
import { i18n, preferredLanguage, speak } from "@/i18n";
import { router } from "@/router";
import { start } from "@/session/session";

// A part of a page that is gone was replaced by a newer one: the new start knows it.
window.addEventListener("vite:preloadError", (event) => {
  event.preventDefault();
  location.reload();
});

// The page that is wanted is fetched while it is found out who wants it.
const app = createApp(App).use(i18n).use(VueQueryPlugin, { queryClient: queries }).use(router);
await Promise.all([speak(preferredLanguage()), start(), router.isReady()]);
app.mount("#app");
