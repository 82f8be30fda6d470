/** The page's addresses. Each page is loaded when it is opened. */

import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";

import { root } from "@/page";
import HomePage from "@/pages/HomePage.vue";
import type { Right } from "@/session/session";

declare module "vue-router" {
  interface RouteMeta {
    /** The right without which the service refuses all that the page shows. */
    needs?: Right;
    /** The message that is the page's title. */
    title?: string;
  }
}

const routes: RouteRecordRaw[] = [
  { path: "/", component: HomePage },
  {
    path: "/provider",
    component: () => import("@/pages/provider/ProviderPage.vue"),
    meta: { needs: "ai:manage", title: "common.nav.provider" },
  },
  {
    path: "/prompts",
    component: () => import("@/pages/prompts/PromptsPage.vue"),
    meta: { needs: "ai:prompts", title: "common.nav.prompts" },
  },
  {
    path: "/prompts/:promptKey/:tab?",
    component: () => import("@/pages/prompts/PromptPage.vue"),
    props: true,
    meta: { needs: "ai:prompts", title: "common.nav.prompts" },
  },
  {
    path: "/usage",
    component: () => import("@/pages/usage/UsagePage.vue"),
    meta: { needs: "ai:manage", title: "common.nav.usage" },
  },
  {
    path: "/settings/:tab?",
    component: () => import("@/pages/settings/SettingsPage.vue"),
    props: true,
    meta: { needs: "ai:manage", title: "common.nav.settings" },
  },
  {
    path: "/:unknown(.*)*",
    component: () => import("@/pages/NotFoundPage.vue"),
    meta: { title: "common.notFound.title" },
  },
];

export const router = createRouter({
  history: createWebHistory(`${root}/assistant/`),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
});
