/** The text editor without its page: what it can do, and what it looks like. */

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";

import { offersAt, type OwnWords } from "./completion";
import type { Problem } from "./interfaces";
import { promptLanguage } from "./language";
import { offsetOf, placeOf, smallestEdit } from "./source";
import type { Vocabulary } from "./vocabulary";

/** What an editor is made of. */
export interface EditorOptions {
  nonce: string;
  /** Words of CodeMirror in the reader's language. */
  phrases: Record<string, string>;
  words: () => { known: Vocabulary; own: OwnWords };
  changed: () => void;
  save: () => void;
}

const theme = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--surface)", color: "var(--ink)", fontSize: "13px" },
  "&.cm-focused": { outline: "none" }, // the frame around it shows the focus
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--surface-sunken)", color: "var(--ink-muted)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 45%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--surface-selected)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--warn-soft)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--accent-soft)", outlineColor: "var(--accent)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--surface-selected)" },
  ".cm-jinja": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 70%, transparent)", borderRadius: "3px" },
  ".cm-tooltip": {
    backgroundColor: "var(--surface-raised)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius-small)",
    boxShadow: "var(--shadow-raised)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "14em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
  ".cm-tooltip.cm-completionInfo": { padding: "6px 10px", maxWidth: "320px", fontFamily: "var(--sans)" },
  ".cm-panels": { backgroundColor: "var(--surface-sunken)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-textfield": {
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
    padding: "3px 6px",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
  },
  ".cm-diagnostic": { padding: "6px 10px", fontFamily: "var(--sans)", maxWidth: "480px", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--warn)" },
});

/** Return an editor that is not shown yet. */
export function createEditor(parent: HTMLElement, text: string, options: EditorOptions, more: Extension): EditorView {
  const state = EditorState.create({ doc: text, extensions: [abilities(options), more] });
  return new EditorView({ parent, state });
}

function abilities(options: EditorOptions): Extension {
  const save = { key: "Mod-s", preventDefault: true, run: () => (options.save(), true) };
  return [
    EditorView.cspNonce.of(options.nonce),
    EditorState.phrases.of(options.phrases),
    lineNumbers(),
    lintGutter(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    drawSelection(),
    history(),
    bracketMatching(),
    closeBrackets(),
    search({ top: true }),
    autocompletion({ override: [(context) => offered(context, options)], icons: false }),
    EditorView.lineWrapping,
    promptLanguage(),
    theme,
    keymap.of([
      save,
      { key: "Tab", run: acceptCompletion },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...lintKeymap,
      ...defaultKeymap,
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.changed();
    }),
  ];
}

function offered(context: CompletionContext, options: EditorOptions) {
  const { known, own } = options.words();
  const offers = offersAt(context.state.doc.toString(), context.pos, known, own);
  if (!offers) return null;
  const begun = offers.from < context.pos || /[{%|.:[, ]/.test(context.state.sliceDoc(context.pos - 1, context.pos));
  if (!begun && !context.explicit) return null;
  return {
    from: offers.from,
    validFor: /^[\w-]*$/,
    options: offers.options.map(({ label, apply, about, type }) => ({ label, apply, type, info: about || undefined })),
  };
}

/** Make another text of an editor's with one change that can be undone; does nothing where it has that text. */
export function replaceText(view: EditorView, text: string): void {
  const edit = smallestEdit(view.state.doc.toString(), text.replaceAll("\r\n", "\n"));
  if (edit) view.dispatch({ changes: edit, userEvent: "input.form" });
}

/** Mark problems in an editor's text. */
export function showProblems(view: EditorView, problems: readonly Problem[]): void {
  const text = view.state.doc.toString();
  view.dispatch(setDiagnostics(view.state, problems.filter((each) => each.line !== null).map((each) => marked(text, each))));
}

function marked(text: string, { line, column, message, severity }: Problem): Diagnostic {
  const start = offsetOf(text, line ?? 1, column ?? 1);
  const end = text.indexOf("\n", start);
  const rest = text.slice(start, end < 0 ? text.length : end);
  const lead = column === null ? rest.length - rest.trimStart().length : 0;
  const length = column === null ? rest.trimEnd().length : (/^[\w-]+|^\S/.exec(rest)?.[0].length ?? 0);
  return { from: start + lead, to: start + Math.max(length, lead), severity, message };
}

/** Put the cursor at a place, show it, and give the editor the focus. */
export function goTo(view: EditorView, line: number, column = 1): void {
  const anchor = offsetOf(view.state.doc.toString(), line, column);
  view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
  view.focus();
}

/** Return where an editor's cursor is. */
export function cursorOf(view: EditorView): { line: number; column: number } {
  return placeOf(view.state.doc.toString(), view.state.selection.main.head);
}
