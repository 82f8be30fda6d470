/** A text in parts, of which some are hidden. */

import type { Hidden } from "@/pages/settings/masking";

/** A part of a text: as it is, or hidden. */
export interface Piece {
  text: string;
  hidden: Hidden | null;
}

/** Part a text where something is hidden; the service counts in Unicode characters, JavaScript does not. */
export function pieces(text: string, spans: readonly Hidden[]): Piece[] {
  const characters = Array.from(text);
  const found: Piece[] = [];
  let position = 0;
  const take = (end: number, hidden: Hidden | null): void => {
    if (end > position) found.push({ text: characters.slice(position, end).join(""), hidden });
    position = Math.max(position, end);
  };
  for (const span of spans) {
    take(span.start, null);
    take(span.end, span);
  }
  take(characters.length, null);
  return found;
}
