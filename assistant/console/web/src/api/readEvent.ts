export interface ServerEvent {
  event: string;
  data: unknown;
}

/** Read one event; comments, which only keep a connection open, are none. */
export function readEvent(text: string): ServerEvent | null {
  let event = "message";
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) lines.push(line.slice(5).replace(/^ /, ""));
  }
  return lines.length ? { event, data: JSON.parse(lines.join("\n")) } : null;
}
