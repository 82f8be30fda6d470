import { fileURLToPath, URL } from "node:url";

import vueI18n from "@intlify/unplugin-vue-i18n/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// The service fills in __ROOT__ (what a proxy serves it below) and __NONCE__ with each answer.
export default defineConfig({
  plugins: [
    vue(),
    vueI18n({ include: [here("src/i18n/*/**.json")], runtimeOnly: true, strictMessage: false }),
  ],
  resolve: { alias: { "@": here("src") } },
  html: { cspNonce: "__NONCE__" },
  define: {
    __VUE_OPTIONS_API__: "false",
    __VUE_I18N_LEGACY_API__: "false",
    __VUE_I18N_FULL_INSTALL__: "false",
    __INTLIFY_PROD_DEVTOOLS__: "false",
  },
  build: {
    outDir: ".build",
    assetsDir: "assets",
    target: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        hashCharacters: "base36",
        // Each icon would be a file of its own where several pages share it.
        codeSplitting: { groups: [{ name: "icons", test: /node_modules[\\/]@lucide[\\/]/ }] },
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
  experimental: {
    renderBuiltUrl: (name, { hostType }) => (hostType === "html" ? `__ROOT__/assistant/${name}` : { relative: true }),
  },
});
