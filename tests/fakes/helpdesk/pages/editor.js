// An editor that treats HTML as Libredesk's does (Tiptap, which stands on ProseMirror): what its schema knows stays, other
// tags go and leave their text, white space folds, and text outside of a block gets a paragraph of its own.

const TEXT_BLOCKS = new Set(["P", "H1", "H2", "H3", "H4", "H5", "H6", "PRE"]);
const CONTAINERS = new Set(["UL", "OL", "LI", "BLOCKQUOTE", "TABLE", "TBODY", "TR", "TD", "TH"]);
const NEVER_EMPTY = new Set(["LI", "BLOCKQUOTE", "TD", "TH"]);
const MARKS = { B: "strong", STRONG: "strong", I: "em", EM: "em", S: "s", DEL: "s", STRIKE: "s", CODE: "code", A: "a" };
const UNSEEN = new Set(["HEAD", "NOSCRIPT", "OBJECT", "SCRIPT", "STYLE", "TITLE"]);
const BREAKING = new Set(
  ("ADDRESS ARTICLE ASIDE CANVAS DD DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM HEADER HGROUP MAIN NAV OUTPUT " +
    "SECTION TFOOT THEAD").split(" "),
);
const SPACE = /[ \t\r\n\f]+/g;

class Reading {
  constructor() {
    this.root = document.createElement("div");
    this.place = this.root;
    this.line = null;
  }

  read(node, marks = []) {
    if (node.nodeType === Node.TEXT_NODE) this.#text(node.data, marks);
    else if (node.nodeType === Node.ELEMENT_NODE) this.#element(node, marks);
  }

  #element(node, marks) {
    const tag = node.tagName;
    if (UNSEEN.has(tag)) return;
    if (tag === "BR") this.#inline(document.createElement("br"), marks);
    else if (tag === "IMG") this.#inline(node.cloneNode(), marks);
    else if (tag === "HR") this.#within(() => this.place.append(document.createElement("hr")));
    else if (TEXT_BLOCKS.has(tag)) this.#within(() => { this.#open(tag); this.#children(node, []); });
    else if (CONTAINERS.has(tag)) this.#within(() => this.#container(node));
    else if (BREAKING.has(tag)) this.#within(() => this.#children(node, marks));
    else this.#children(node, MARKS[tag] ? [...marks, node] : marks);
  }

  #children(node, marks) {
    for (const child of node.childNodes) this.read(child, marks);
  }

  #container(node) {
    const above = this.place;
    this.place = above.appendChild(document.createElement(node.tagName));
    this.#children(node, []);
    this.close();
    if (NEVER_EMPTY.has(node.tagName) && !this.place.hasChildNodes()) this.#open("P");
    this.place = above;
  }

  #within(fill) {
    this.close();
    fill();
    this.close();
  }

  #open(tag) {
    this.line = this.place.appendChild(document.createElement(tag));
  }

  close() {
    const last = this.line?.lastChild;
    if (last?.nodeType === Node.TEXT_NODE && this.line.tagName !== "PRE") {
      last.data = last.data.replace(/[ \t\r\n\f]+$/, "");
    }
    this.line = null;
  }

  #text(data, marks) {
    const kept = this.line?.tagName === "PRE" ? data : data.replace(SPACE, " ");
    const text = this.#atStart() && this.line?.tagName !== "PRE" ? kept.replace(/^ /, "") : kept;
    if (text) this.#inline(document.createTextNode(text), marks);
  }

  #atStart() {
    const before = this.line?.lastChild;
    return !before || before.nodeName === "BR" || / $/.test(before.textContent);
  }

  #inline(node, marks) {
    if (!this.line) this.#open("P");
    this.line.append(marks.reduceRight((inner, mark) => marked(inner, mark), node));
  }
}

function marked(inner, mark) {
  const outer = document.createElement(MARKS[mark.tagName]);
  if (mark.tagName === "A") {
    for (const [name, value] of [["target", "_blank"], ["rel", "noopener noreferrer nofollow"], ["href", mark.getAttribute("href")]]) {
      outer.setAttribute(name, value ?? "");
    }
  }
  outer.append(inner);
  return outer;
}

function parsed(html) {
  const reading = new Reading();
  for (const node of new DOMParser().parseFromString(`<body>${html}</body>`, "text/html").body.childNodes) reading.read(node);
  reading.close();
  if (!reading.root.hasChildNodes()) reading.root.append(document.createElement("p"));
  return reading.root;
}

// Blocks stand two line ends apart, an outer and an inner one of a list count each.
function textOf(root) {
  let text = "";
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) text += node.data;
    else if (node.tagName === "BR") text += "\n";
    else if (node !== root && isBlock(node) && node !== root.firstChild) text += "\n\n";
    for (const child of node.childNodes) walk(child);
  };
  walk(root);
  return text;
}

function isBlock(node) {
  return TEXT_BLOCKS.has(node.tagName) || node.tagName === "HR" || (CONTAINERS.has(node.tagName) && node.tagName !== "TBODY");
}

export class Editor {
  constructor(element, changed) {
    this.element = element;
    this.element.addEventListener("input", () => {
      this.root = parsed(this.#typed());
      changed();
    });
    document.execCommand("defaultParagraphSeparator", false, "p");
    this.setContent("");
  }

  setContent(html) {
    this.root = parsed(html);
    const shown = this.root.cloneNode(true);
    for (const block of shown.querySelectorAll("p, h1, h2, h3, h4, h5, h6")) {
      if (!block.hasChildNodes()) block.append(document.createElement("br")); // else a browser gives it no height
    }
    this.element.replaceChildren(...shown.childNodes);
  }

  // A browser ends an emptied line with a <br>, which is none of the agent's.
  #typed() {
    const typed = this.element.cloneNode(true);
    for (const br of typed.querySelectorAll("br")) if (br === br.parentNode.lastChild) br.remove();
    return typed.innerHTML;
  }

  get html() {
    return this.root.innerHTML;
  }

  get text() {
    return textOf(this.root);
  }
}
