// <document-questions>: asks a model about the document, and shows its answers as they grow.

import { announce } from "./announce.js";
import { fetchJson } from "./service.js";
import { fill, slot } from "./slots.js";
import { showWords } from "./text-place.js";

const WAIT_SECONDS = 20;

class DocumentQuestions extends HTMLElement {
  #items = new Map();
  #life;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.querySelector("form").addEventListener("submit", (event) => this.#asked(event), { signal });
    this.querySelector("details").addEventListener("toggle", () => this.#load(), { signal, once: true });
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  async #load() {
    try {
      for (const question of await fetchJson(this.#url)) this.#follow(question);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #asked(event) {
    event.preventDefault();
    const { question, section_id: section } = Object.fromEntries(new FormData(event.target));
    fill(this, "error", "", { optional: true });
    try {
      const body = JSON.stringify({ question, section_id: section || null });
      this.#follow(await fetchJson(this.#url, { method: "POST", body }));
      event.target.elements.question.value = "";
      announce("Your question was taken.");
    } catch (error) {
      this.#fail(error);
    }
  }

  // Shows a question, and asks for more of its answer until all of it is there.
  async #follow(question) {
    this.#show(question);
    while (isOpen(question) && !this.#life.signal.aborted) {
      const more = `${this.#url}/${question.id}?wait=${WAIT_SECONDS}&version=${question.version}`;
      try {
        question = await fetchJson(more, { signal: this.#life.signal });
      } catch (error) {
        if (!this.#life.signal.aborted) this.#fail(error);
        return;
      }
      this.#show(question);
    }
  }

  #show(question) {
    const item = this.#items.get(question.id) ?? this.#add(question);
    const words = question.reply?.pieces.map(piece) ?? [];
    slot(item, "answer").replaceChildren(...words);
    item.setAttribute("aria-busy", String(isOpen(question)));
    fill(item, "account", account(question));
  }

  #add(question) {
    const item = this.querySelector("template").content.cloneNode(true).firstElementChild;
    fill(item, "question", question.question);
    slot(this, "asked").append(item);
    this.#items.set(question.id, item);
    return item;
  }

  #fail(error) {
    fill(this, "error", error.message, { optional: true });
  }

  get #url() {
    return this.dataset.url;
  }
}

function isOpen({ state }) {
  return state === "waiting" || state === "running";
}

// A quote leads to its place; what stands nowhere in the document was left out by the server.
function piece({ text, start, end, left_out: leftOut }) {
  if (leftOut) return element("em", "[a quote that is not in the document was left out]");
  if (start == null) return document.createTextNode(text);
  if (!document.querySelector("document-text article")) return element("q", text);
  const link = element("a", text);
  link.href = "#"; // a button would not flow with the words around it
  link.className = "quoted";
  link.addEventListener("click", (event) => {
    event.preventDefault();
    showWords(start, end);
  });
  return link;
}

function element(name, text) {
  return Object.assign(document.createElement(name), { textContent: text });
}

function account({ state, reply, error }) {
  if (state === "waiting") return "Waiting for somebody to answer…";
  if (state === "running") return "Answering…";
  if (state === "failed") return `No answer: ${error.message}`;
  const quotes = reply.pieces.filter((one) => one.start != null).length;
  const proven = quotes ? "" : "Nothing in this answer is shown by the document. ";
  const early = reply.is_whole ? "" : "It ends early: an answer may be no longer. ";
  const shown = reply.shown.length ? `Read for it: ${reply.shown.join(", ")}. ` : "";
  const sent = reply.sent.map((one) => `${one.characters.toLocaleString("en")} characters went to ${one.to} (${one.model})`).join(", ");
  const kept = reply.redacted ? `, ${reply.redacted} secrets or personal data kept back` : "";
  return `${proven}${early}${shown}${sent}${kept}.`;
}

customElements.define("document-questions", DocumentQuestions);
