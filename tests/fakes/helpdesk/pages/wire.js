// How the page talks to the server, and how it tells the agent what went wrong.

const PATIENCE = 10_000; // milliseconds
const NO_ANSWER = "No response from server. Check if you are still connected to internet.";

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function csrf() {
  return document.cookie.match(/(?:^|; )csrf_token=([^;]*)/)?.[1] ?? "";
}

export async function call(path, { patience = PATIENCE, headers = {}, ...options } = {}) {
  const patienceLost = new AbortController();
  const timer = setTimeout(() => patienceLost.abort(), patience);
  try {
    const sent = { ...options, signal: patienceLost.signal, headers: { ...headers, "X-CSRFTOKEN": csrf() } };
    return await read(await fetch(path, sent).catch(() => { throw new Refusal(0, NO_ANSWER); }));
  } finally {
    clearTimeout(timer);
  }
}

async function read(answer) {
  let body = null;
  try {
    body = JSON.parse(await answer.text());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw new Refusal(0, NO_ANSWER);
  }
  if (!answer.ok) throw new Refusal(answer.status, body?.message ?? "Unknown error");
  return body.data;
}

function sending(method) {
  return (path, body, options = {}) =>
    call(path, { ...options, method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
}

export const post = sending("POST");
export const put = sending("PUT");

export function toast(message, kind = "success") {
  if (!message) return;
  const item = Object.assign(document.createElement("li"), { className: kind, textContent: message });
  item.setAttribute("role", kind === "error" ? "alert" : "status");
  document.getElementById("toasts").append(item);
}

export function toastError(error) {
  toast(error.message, "error");
}
