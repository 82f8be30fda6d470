/** What the service says of itself in the page's head. */

const said = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="assistant-${name}"]`)?.content ?? "";

/** What a proxy serves the service below; mostly nothing. */
export const root = said("root");

/** Whether agents sign in at the built-in desk, by e-mail address and password. */
export const hasDesk = said("desk") === "yes";

/** For styles that libraries add while the page runs. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
