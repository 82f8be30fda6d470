/** The words that a prompt may be written with, as `GET /api/v1/ai/authoring/vocabulary` tells them. */

/** A word, with a sentence about it in the reader's language. */
export interface KnownWord {
  name: string;
  about: string;
}

/** A name that a template may read; `message` stands for the name that a loop over messages gives to one. */
export interface KnownName extends KnownWord {
  kind: string;
  where: readonly string[];
  needs_conversation: boolean;
}

/** Something that is written in a certain way, such as a filter with its argument. */
export interface KnownForm extends KnownWord {
  written: string;
}

/** A field of the front matter; names of inner ones have dots. */
export interface KnownField extends KnownWord {
  kind: string;
  required: boolean;
  default: unknown;
  choices: readonly string[];
  least: number | null;
  most: number | null;
}

/** What a test may assert, and which kind of value that takes. */
export interface KnownAssertion extends KnownWord {
  takes: "none" | "text" | "list" | "number" | "pattern";
}

export interface Vocabulary {
  names: KnownName[];
  filters: KnownForm[];
  tags: KnownForm[];
  functions: KnownForm[];
  fields: KnownField[];
  variable_types: KnownWord[];
  guards: KnownWord[];
  assertions: KnownAssertion[];
  /** Settings that a variable may take its default from. */
  settings: string[];
  /** Shared parts, as `extends` and `include` name them. */
  parts: string[];
}

/** What is known before the service has answered: nothing. */
export const NO_VOCABULARY: Vocabulary = {
  names: [],
  filters: [],
  tags: [],
  functions: [],
  fields: [],
  variable_types: [],
  guards: [],
  assertions: [],
  settings: [],
  parts: [],
};

/** Return the sentence about a field of the front matter; empty where it is not known. */
export function aboutField(vocabulary: Vocabulary, name: string): string {
  return vocabulary.fields.find((field) => field.name === name)?.about ?? "";
}
