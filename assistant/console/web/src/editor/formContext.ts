/** What the parts of the form share: the fields, and how they are changed. */

import { computed, inject, onScopeDispose, provide, type ComputedRef, type InjectionKey, type Ref } from "vue";

import type { Fields, Path, YamlValue } from "./frontMatter";
import { valueAt } from "./shapes";
import type { Vocabulary } from "./vocabulary";

export interface FormContext {
  fields: Readonly<Ref<Fields>>;
  readonly: Readonly<Ref<boolean>>;
  vocabulary: Readonly<Ref<Vocabulary>>;
  /** Names of the prompt's variables. */
  variables: Readonly<Ref<string[]>>;
  /** Set a field, or leave it out where the value is undefined. */
  set(path: Path, value: YamlValue | undefined): void;
  /** What is wrong with a field or anything in it; empty where nothing is. */
  problem(path: Path): string;
  /** The sentence about a field, by its name with dots. */
  about(name: string): string;
  showText(path: Path): void;
  /** What takes over texts that were typed a moment ago. */
  flushers: Set<() => void>;
}

const KEY: InjectionKey<FormContext> = Symbol("prompt form");

export function provideForm(context: FormContext): void {
  provide(KEY, context);
}

export function useForm(): FormContext {
  const context = inject(KEY);
  if (!context) throw new Error("a part of the form stands outside a PromptForm");
  return context;
}

/** Return the value at a path, as it changes. */
export function useValue(path: () => Path): ComputedRef<YamlValue | undefined> {
  const { fields } = useForm();
  return computed(() => valueAt(fields.value, path()));
}

/** Have something done before the form's text is saved. */
export function beforeSaving(flush: () => void): void {
  const { flushers } = useForm();
  flushers.add(flush);
  onScopeDispose(() => flushers.delete(flush));
}
