// The page's websocket. Whatever is lost, doubled or out of order is an error on the console.

const element = (id) => document.getElementById(id);
const counts = { received: 0, sent: 0, typing: 0 };
let opened = 0;

function show() {
  element("age").textContent = Math.floor((performance.now() - opened) / 1000);
  element("received").textContent = counts.received;
  element("sent").textContent = counts.sent;
}

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

export function listen() {
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
