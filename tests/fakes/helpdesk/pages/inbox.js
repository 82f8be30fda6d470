"use strict";

const element = (id) => document.getElementById(id);
const counts = { received: 0, sent: 0, typing: 0 };
let opened = 0;

function csrf() {
  return document.cookie.match(/(?:^|; )csrf_token=([^;]*)/)?.[1] ?? "";
}

async function call(path, options = {}) {
  const answer = await fetch(path, { ...options, headers: { ...options.headers, "X-CSRFTOKEN": csrf() } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status} ${body.message}`);
  return body.data;
}

function show() {
  element("age").textContent = Math.floor((performance.now() - opened) / 1000);
  element("received").textContent = counts.received;
  element("sent").textContent = counts.sent;
}

// Whatever is lost, doubled or out of order is an error on the console.
function receive(socket, note) {
  counts.received += 1;
  if (note.number !== counts.received) console.error(`note ${note.number} came as number ${counts.received}`);
  send(socket, { type: "seen", number: note.number, text: note.text });
}

function send(socket, message) {
  socket.send(JSON.stringify(message));
  counts.sent += 1;
  show();
}

function listen() {
  const socket = new WebSocket(`ws://${location.host}/ws`);
  socket.addEventListener("open", () => {
    opened = performance.now();
    element("line").textContent = "open";
    const typing = setInterval(() => send(socket, { type: "typing", number: (counts.typing += 1) }), 250);
    socket.addEventListener("close", () => clearInterval(typing));
  });
  socket.addEventListener("message", (event) => receive(socket, JSON.parse(event.data)));
  socket.addEventListener("close", (event) => {
    element("line").textContent = `closed (${event.code})`;
    console.error(`the line was closed: ${event.code} ${event.reason}`);
  });
}

async function upload(event) {
  event.preventDefault();
  const data = await call("/api/v1/media", { method: "POST", body: new FormData(event.target) });
  element("uploaded").textContent = `${data.filename} ${data.size} ${data.sha256}`;
}

async function listPrompts() {
  const prompts = await call("/api/v1/ai/prompts");
  element("prompts").replaceChildren(...prompts.map(promptButton));
}

function promptButton({ key, title }) {
  const button = Object.assign(document.createElement("button"), { textContent: title });
  button.addEventListener("click", () => rewrite(key));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

async function rewrite(key) {
  const body = JSON.stringify({ prompt_key: key, content: element("draft").value });
  const headers = { "Content-Type": "application/json" };
  element("draft").value = await call("/api/v1/ai/completion", { method: "POST", body, headers });
}

element("upload").addEventListener("submit", upload);
element("ai").addEventListener("click", listPrompts);
call("/api/v1/agents/me").then((agent) => { element("agent").textContent = agent.first_name; });
listen();
