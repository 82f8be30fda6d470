// The reply box, as Libredesk 2.5 and 2.7 have it.

import { Editor } from "./editor.js";
import { post, put, toast, toastError } from "./wire.js";

// A careful one asks for one rewrite at a time, and drops an answer when another conversation is open by then.
const VERSIONS = {
  "2.5": {
    patience: 10_000,
    content: (draft) => draft.text,
    html: (data) => data.replace(/\n/g, "<br>"),
    asksForKey: true,
    isCareful: false,
  },
  "2.7": { patience: 120_000, content: (draft) => draft.html, html: (data) => data || "", isCareful: true },
};

export class Composer {
  constructor(version, agent) {
    this.agent = agent;
    this.version = VERSIONS[version];
    this.dialog = document.getElementById("key");
    this.busy = false;
    this.editor = new Editor(document.getElementById("draft"), () => {
      this.draft = { html: this.editor.html, text: this.editor.text };
    });
    this.dialog.querySelector("form").addEventListener("submit", (event) => this.#saveKey(event));
    document.getElementById("ai").addEventListener("click", () => document.getElementById("prompts").togglePopover());
  }

  open(uuid, draft) {
    this.uuid = uuid;
    this.#show(draft);
  }

  // What was set from outside is what goes out next; the editor's own HTML does after the agent has typed.
  #show(html) {
    this.editor.setContent(html);
    this.draft = { html, text: this.editor.text };
  }

  offer(prompts) {
    document.getElementById("prompts").replaceChildren(...prompts.map((prompt) => this.#choice(prompt)));
  }

  #choice({ key, title }) {
    const button = Object.assign(document.createElement("button"), { textContent: title });
    button.addEventListener("click", () => {
      document.getElementById("prompts").hidePopover();
      this.rewrite(key);
    });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  async rewrite(key) {
    if (this.version.isCareful && this.busy) return;
    const { uuid } = this;
    this.#setBusy(true);
    try {
      const sent = { prompt_key: key, content: this.version.content(this.draft) };
      const data = await post("/api/v1/ai/completion", sent, { patience: this.version.patience });
      if (uuid === this.uuid || !this.version.isCareful) this.#show(this.version.html(data));
    } catch (error) {
      if (this.version.asksForKey && error.status === 400 && this.agent.permissions.includes("ai:manage")) {
        this.dialog.showModal();
      }
      toastError(error);
    } finally {
      this.#setBusy(false);
    }
  }

  #setBusy(busy) {
    this.busy = busy;
    document.getElementById("draft").setAttribute("aria-busy", busy);
  }

  async #saveKey(event) {
    event.preventDefault();
    try {
      await put("/api/v1/ai/provider", { api_key: new FormData(event.target).get("key"), provider: "openai" });
      this.dialog.close();
      toast("Changes saved");
    } catch (error) {
      toastError(error);
    }
  }
}
