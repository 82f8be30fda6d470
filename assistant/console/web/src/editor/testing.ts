/** What several tests need: the shipped prompts, as they are. */

import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Return the name and the text of each shipped template. */
export function shippedTemplates(): [string, string][] {
  const folder = process.env["PROMPT_TEMPLATES"] ?? resolve(process.cwd(), "../../../prompts/templates");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".j2"))
    .map((name) => [name, readFileSync(resolve(folder, name), "utf8")]);
}

/** Return the shipped prompts, without the shared parts, which have no front matter. */
export function shippedPrompts(): [string, string][] {
  return shippedTemplates().filter(([name]) => !name.startsWith("_"));
}
