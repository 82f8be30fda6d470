// One page for all inboxes and conversations: moving between them changes the address and loads nothing anew.

import { Composer } from "./composer.js";
import { listen } from "./line.js";
import { call, toastError } from "./wire.js";

const element = (id) => document.getElementById(id);
const drafts = {};
let composer = null;

async function start() {
  listen();
  const agent = await call("/api/v1/agents/me");
  composer = new Composer(document.body.dataset.version, agent);
  call("/api/v1/ai/prompts").then((prompts) => composer.offer(prompts)).catch(toastError);
  for (const draft of await call("/api/v1/drafts")) drafts[draft.conversation_uuid] = draft.content;
  const { results } = await call("/api/v1/conversations/assigned?page=1");
  element("conversations").replaceChildren(...results.map(link));
  element("agent").textContent = agent.first_name;
  await route();
}

function link({ uuid, subject }) {
  const anchor = Object.assign(document.createElement("a"), { href: `/inboxes/assigned/conversation/${uuid}`, textContent: subject });
  anchor.addEventListener("click", (event) => {
    event.preventDefault();
    history.pushState(null, "", anchor.href);
    route();
  });
  const item = document.createElement("li");
  item.append(anchor);
  return item;
}

async function route() {
  const uuid = location.pathname.match(/\/conversation\/([^/]+)$/)?.[1];
  element("conversation").hidden = !uuid;
  if (!uuid) return;
  try {
    const { subject, contact } = await call(`/api/v1/conversations/${uuid}`);
    element("subject").textContent = `${subject}: ${contact.first_name} ${contact.last_name}`;
    composer.open(uuid, drafts[uuid] ?? "");
    element("draft").dataset.of = uuid;
  } catch (error) {
    toastError(error);
  }
}

async function upload(event) {
  event.preventDefault();
  const data = await call("/api/v1/media", { method: "POST", body: new FormData(event.target) });
  element("uploaded").textContent = `${data.filename} ${data.size} ${data.sha256}`;
}

element("upload").addEventListener("submit", upload);
window.addEventListener("popstate", route);
start();
