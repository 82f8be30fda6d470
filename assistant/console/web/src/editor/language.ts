/** How a prompt's text is coloured: YAML between the two lines of `---`, Jinja below, and Jinja within YAML. */

import { yamlFrontmatter } from "@codemirror/lang-yaml";
import { HighlightStyle, StreamLanguage, syntaxHighlighting, type StreamParser, type StringStream } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { Decoration, EditorView, MatchDecorator, ViewPlugin, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import { tags } from "@lezer/highlight";

type Within = "text" | "comment" | "statement" | "expression";

interface JinjaState {
  within: Within;
  /** Whether the next word is the one that says what a statement does. */
  first: boolean;
}

const STATEMENTS = /^(?:extends|include|block|endblock|if|elif|else|endif|for|endfor|set|required)\b/;
const OPERATORS = /^(?:and|or|not|in|is|if|else)\b/;
const CONSTANTS = /^(?:true|false|none|True|False|None)\b/;
const BEGINNINGS: Record<string, Within> = { "{#": "comment", "{%": "statement", "{{": "expression" };
const ENDS: Record<Exclude<Within, "text">, RegExp> = {
  comment: /^#\}/,
  statement: /^[-+]?%\}/,
  expression: /^[-+]?\}\}/,
};

const jinja: StreamParser<JinjaState> = {
  name: "jinja",
  startState: () => ({ within: "text", first: false }),
  copyState: (state) => ({ ...state }),
  token(stream, state) {
    if (state.within === "text") return begin(stream, state);
    if (stream.match(ENDS[state.within])) {
      const wasComment = state.within === "comment";
      state.within = "text";
      return wasComment ? "comment" : "brace";
    }
    return state.within === "comment" ? comment(stream) : code(stream, state);
  },
  languageData: { commentTokens: { block: { open: "{#", close: "#}" } } },
};

function begin(stream: StringStream, state: JinjaState): string | null {
  const found = stream.match(/^\{[#%{]/) as RegExpMatchArray | null;
  if (found) {
    state.within = BEGINNINGS[found[0]] ?? "text";
    state.first = state.within === "statement";
    if (state.within === "comment") return "comment";
    stream.match(/^[-+]/);
    return "brace";
  }
  stream.next();
  stream.match(/^[^{]+/);
  return null;
}

function comment(stream: StringStream): string {
  if (!stream.match(/^(?:[^#]|#(?!\}))+/)) stream.next();
  return "comment";
}

function code(stream: StringStream, state: JinjaState): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)*'?/)) return "string";
  if (stream.match(/^\d+(?:\.\d+)?/)) return "number";
  if (state.first && stream.match(STATEMENTS)) {
    state.first = false;
    return "keyword";
  }
  state.first = false;
  if (stream.match(/^required\b(?=\s*[-+]?%\})/)) return "keyword";
  if (stream.match(OPERATORS)) return "keyword";
  if (stream.match(CONSTANTS)) return "bool";
  if (stream.match(/^\|\s*\w+/)) return "function";
  if (stream.match(/^\.\w+/)) return "propertyName";
  if (stream.match(/^\w+/)) return "variableName";
  stream.next();
  return "operator";
}

const inYaml = new MatchDecorator({
  regexp: /\{\{.*?\}\}|\{%.*?%\}/g,
  decoration: Decoration.mark({ class: "cm-jinja" }),
});

/** Marks Jinja wherever it stands, so that it is seen in a title, too. */
const jinjaMarks = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = inYaml.createDeco(view);
    }

    update(update: ViewUpdate) {
      this.decorations = inYaml.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.brace], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-name)" },
  { tag: tags.variableName, color: "var(--code-variable)" },
  { tag: tags.function(tags.variableName), color: "var(--code-function)" },
  { tag: [tags.meta, tags.separator, tags.punctuation, tags.squareBracket], color: "var(--ink-muted)" },
]);

/** Return what colours a prompt's text. */
export function promptLanguage(): Extension {
  const template = StreamLanguage.define({
    ...jinja,
    tokenTable: { function: tags.function(tags.variableName), brace: tags.brace },
  });
  return [yamlFrontmatter({ content: template }), jinjaMarks, syntaxHighlighting(colours)];
}
