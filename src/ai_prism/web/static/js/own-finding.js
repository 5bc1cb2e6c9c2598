// <own-finding>: a remark of one's own on the words that are selected in the document.

import { announce } from "./announce.js";
import { fill, slot } from "./slots.js";

class OwnFinding extends HTMLElement {
  #life;
  #place = null;
  #add;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    document.addEventListener("selectionchange", () => this.#selected(), { signal });
    this.#button.addEventListener("mousedown", (event) => event.preventDefault(), { signal }); // keeps the selection
    this.#button.addEventListener("click", () => this.show(), { signal });
    this.querySelector("form").addEventListener("submit", (event) => this.#submitted(event), { signal });
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  // `add` sends a remark to the service.
  set adding(add) {
    this.#add = add;
  }

  show() {
    this.#selected(); // the event that tells of it may be on its way still
    if (!this.#place) return false;
    fill(this, "quote", this.#place.quote);
    fill(this, "error", "", { optional: true });
    this.querySelector("dialog").showModal();
    this.querySelector("textarea").focus();
    return true;
  }

  #selected() {
    if (this.querySelector("dialog").open) return;
    this.#place = placeOf(getSelection());
    this.#button.hidden = !this.#place;
  }

  async #submitted(event) {
    if (event.submitter?.value !== "add") return;
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    try {
      await this.#add({ ...this.#place, ...said });
    } catch (error) {
      return fill(this, "error", `Not added: ${error.message}`, { optional: true });
    }
    event.target.reset();
    this.querySelector("dialog").close();
    getSelection().removeAllRanges();
    announce("Your finding was added.");
  }

  get #button() {
    return this.querySelector(":scope > button");
  }
}

// Where the selected words stand in the text of the document, in code points; null: nowhere.
function placeOf(selection) {
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const text = document.querySelector("document-text article");
  if (!text?.contains(range.commonAncestorContainer)) return null;
  const lines = [...text.querySelectorAll("[data-at]")].filter((line) => range.intersectsNode(line));
  const parts = lines.map((line) => partOf(line, range)).filter((part) => part.words.trim());
  if (!parts.length) return null;
  const quote = parts.map((part) => part.words).join("\n");
  return { start: parts[0].start, end: parts.at(-1).start + length(parts.at(-1).words), quote };
}

function partOf(line, range) {
  const part = document.createRange();
  part.selectNodeContents(line);
  const before = part.cloneRange();
  if (line.contains(range.startContainer)) part.setStart(range.startContainer, range.startOffset);
  if (line.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset);
  before.setEnd(part.startContainer, part.startOffset);
  return { start: Number(line.dataset.at) + length(wordsIn(before)), words: wordsIn(part) };
}

// Numbers that the author's scheme counts are shown, and are no part of the text.
function wordsIn(range) {
  const copy = range.cloneContents();
  const owner = range.commonAncestorContainer;
  if ((owner.nodeType === Node.TEXT_NODE ? owner.parentElement : owner).closest(".number")) return "";
  for (const number of copy.querySelectorAll(".number")) number.remove();
  return copy.textContent;
}

function length(words) {
  return [...words].length;
}

customElements.define("own-finding", OwnFinding);
