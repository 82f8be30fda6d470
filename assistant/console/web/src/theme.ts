/** Light or dark: as the system has it, or as chosen on this machine. */

import { ref, watchEffect } from "vue";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORED = "assistant.theme";

function stored(): Theme {
  const found = localStorage.getItem(STORED);
  return THEMES.find((each) => each === found) ?? "system";
}

export const theme = ref<Theme>(stored());

watchEffect(() => {
  document.documentElement.dataset["theme"] = theme.value;
  localStorage.setItem(STORED, theme.value);
});
