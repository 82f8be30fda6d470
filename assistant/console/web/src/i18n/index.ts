/** The page's languages. A new area is one file for each language; its messages are called `<area>.<name>`. */

import { createI18n } from "vue-i18n";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const STORED = "assistant.language";

export const i18n = createI18n({ legacy: false, locale: "en" as Language, fallbackLocale: false, messages: {} });

const files: Record<Language, () => Promise<{ messages: Record<string, object> }>> = {
  en: () => import("@/i18n/en"),
  de: () => import("@/i18n/de"),
};

function isLanguage(value: string | null): value is Language {
  return value !== null && value in LANGUAGES;
}

/** The language that was chosen on this machine, else the one that the browser asks the service for. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(STORED);
  if (isLanguage(chosen)) return chosen;
  const served = document.documentElement.lang;
  return isLanguage(served) ? served : "en";
}

/** Show the page in a language. */
export async function speak(language: Language): Promise<void> {
  if (!i18n.global.availableLocales.includes(language)) {
    i18n.global.setLocaleMessage(language, (await files[language]()).messages as never);
  }
  i18n.global.locale.value = language;
  document.documentElement.lang = language;
}

/** Show the page in a language, from now on. */
export async function choose(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  await speak(language);
}
