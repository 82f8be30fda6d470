/** Questions before something that can't be taken back: `if (await confirm({ title, text, action })) …`. */

import { shallowRef } from "vue";

export interface Question {
  title: string;
  text: string;
  /** What the button that goes on says: the verb, such as "Delete". */
  action: string;
  /** Whether something is lost. */
  danger?: boolean;
}

export const asked = shallowRef<(Question & { answer: (yes: boolean) => void }) | null>(null);

export function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (yes) => {
        asked.value = null;
        resolve(yes);
      },
    };
  });
}
