/**
 * What the pages around the editor see of it.
 *
 * | component | for | props (v-model first) | emits | exposes |
 * |---|---|---|---|---|
 * | `PromptWorkspace` | form and text of one prompt beside each other, with one history, checked as it is typed | `modelValue`, `view`, `promptKey`, `readonly` | `problems`, `save` | `PromptEditing` |
 * | `PromptEditor` | the text alone | `modelValue`, `promptKey`, `readonly`, `problems`, `label` | `save` | `PromptEditing` |
 * | `PromptForm` | the form alone | `modelValue`, `promptKey`, `readonly`, `problems` | `show-text`, `undo`, `redo`, `save` | `flush()` |
 * | `PromptPreview` | the messages as they would be sent | `promptKey`, `source` | `problems` | |
 * | `TextDiff` | two texts, by word or by line | `before`, `after`, `by`, `beforeLabel`, `afterLabel` | | |
 * | `EditConflict` | a dialog: another author saved first | `visible`, `mine`, `theirs`, `author`, `at` | `take`, `keep` | |
 *
 * A page that edits a prompt needs `PromptWorkspace`, `useUnsavedWork` (keeps what is not saved over a reload) and
 * `EditConflict`; `Ctrl+S` anywhere in the workspace emits `save`.
 */

/** One finding of the checker. */
export interface Problem {
  /** From 1; null where it concerns the whole text, or another file. */
  line: number | null;
  column: number | null;
  message: string;
  severity: "error" | "warning" | "info";
}

/** Which of the two views of a prompt's text are shown. */
export type WorkspaceView = "form" | "both" | "text";

/** What a workspace or an editor lets its page do. */
export interface PromptEditing {
  undo(): void;
  redo(): void;
  /** Show a place in the text, and put the cursor there; line and column from 1. */
  show(line: number, column?: number): void;
  /** Take over at once what was typed into a field of the form a moment ago. */
  flush(): void;
}
