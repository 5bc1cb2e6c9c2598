// <review-workspace>: ties the cards to the words they speak of, by mouse and by keyboard.
//
// j and k go through the findings, Enter goes from a card to its words, n to the next place where
// they stand or that they conflict with, Escape back; a, r, e and u decide; / searches, ? helps. The
// selected finding is in the address, so that a reload comes back to it.

import { announce } from "./announce.js";
import { Deciding } from "./deciding.js";
import { slot } from "./slots.js";
import { refreshOverview } from "./overview-panel.js";
import { ReviewDecisions } from "./review-decisions.js";

class ReviewWorkspace extends HTMLElement {
  #life;
  #selected = null;
  #decisions;
  #deciding;
  #keys = {
    j: () => this.#step(1),
    k: () => this.#step(-1),
    n: () => this.#nextPlace(),
    a: () => this.#decide("accept"),
    r: () => this.#decide("reject"),
    R: () => this.#inCard("rejectWithReason"),
    e: () => this.#inCard("edit"),
    u: () => this.#undo(),
    c: () => this.#own.show(),
    "/": () => this.#search(),
    "?": () => this.#help(),
    Enter: () => this.#toWords(),
    Escape: () => this.#back(),
  };

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.addEventListener("click", (event) => this.#clicked(event), { signal });
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    window.addEventListener("hashchange", () => this.#follow(), { signal });
    const main = this.closest("main");
    this.#decisions = new ReviewDecisions(main);
    this.#deciding = new Deciding(this.#list, this.#decisions);
    main.addEventListener("click", (event) => event.target.closest("[data-do=help]") && this.#help(), { signal });
    main.addEventListener("findings-changed", () => refreshOverview(main), { signal });
    main.addEventListener("findings-filtered", () => this.#filtered(), { signal });
    // The elements within may become what they are only after this one.
    queueMicrotask(() => this.#begin());
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#decisions.leave();
  }

  #begin() {
    this.#follow();
    this.#own.adding = (remark) => this.#decisions.add(remark);
    if (!this.classList.contains("live")) this.#decisions.follow();
  }

  #follow() {
    const card = this.#cardAt(location.hash.slice(1));
    if (card && this.#text) this.#select(card, { words: true });
  }

  #clicked(event) {
    if (this.#deciding.clicked(event.target)) return;
    if (!this.#text) return;
    const mark = event.target.closest(".mark");
    if (mark) return this.#clickedMark(event, mark);
    const card = event.target.closest(".finding");
    if (!card || event.target.closest("details, form, button") || !getSelection().isCollapsed) return;
    event.preventDefault();
    if (card === this.#selected) return this.#nextPlace();
    this.#select(card, { words: true });
    const byKeyboard = event.detail === 0;
    if (byKeyboard) this.#text.place(card.dataset.finding)?.focus({ preventScroll: true });
  }

  // Where findings overlap, clicking again goes to the next of them.
  #clickedMark(event, mark) {
    event.preventDefault();
    const ids = mark.dataset.findings.split(" ");
    const next = ids[(ids.indexOf(this.#selected?.dataset.finding) + 1) % ids.length];
    this.#select(this.#cardAt(`f-${next}`), { card: true });
  }

  #pressed(event) {
    const typing = event.target.closest("input, select, textarea, [contenteditable], dialog[open]");
    const action = this.#keys[event.key];
    if (event.key === "Escape" && event.target.closest("finding-filter")) return event.target.blur();
    if (!action || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (action()) event.preventDefault();
  }

  #step(by) {
    const cards = this.#list.shown;
    const here = cards.indexOf(this.#selected);
    const next = cards[here + by] ?? (here < 0 ? cards[0] : this.#selected);
    if (!next) return false;
    this.#select(next, { words: this.#sideBySide, card: true });
    return true;
  }

  // Only from the card itself: Enter on a link or a button means that link or button.
  #toWords() {
    const card = document.activeElement;
    if (!card.classList.contains("finding")) return false;
    const mark = this.#text.place(card.dataset.finding);
    this.#select(card, { words: true });
    mark?.focus({ preventScroll: true });
    return Boolean(mark);
  }

  #nextPlace() {
    const marks = this.#selected ? this.#text.marks(this.#selected.dataset.finding) : [];
    if (!marks.length) return false;
    const here = marks.indexOf(document.activeElement);
    const begin = marks.indexOf(this.#text.place(this.#selected.dataset.finding));
    const next = marks[((here < 0 ? begin : here) + 1) % marks.length];
    next.scrollIntoView({ block: "center" });
    next.focus({ preventScroll: true });
    return true;
  }

  // By key one goes on to the next card: that is what the hands are there for.
  #decide(what) {
    const card = this.#selected;
    if (!card) return false;
    const cards = this.#list.shown;
    const next = cards[cards.indexOf(card) + 1];
    this.#deciding[what](card).then((isDone) => {
      if (!isDone) return;
      announce(`${slot(card, "title").textContent}: ${card.dataset.decision}.`);
      if (next && this.#selected === card) this.#select(next, { words: this.#sideBySide, card: true });
    });
    return true;
  }

  #inCard(what) {
    if (this.#selected) this.#deciding[what](this.#selected);
    return Boolean(this.#selected);
  }

  #undo() {
    this.#decisions.undo().then((id) => {
      const card = this.#cardAt(`f-${id}`);
      if (card) this.#select(card, { words: this.#sideBySide, card: true });
      else if (this.#selected && this.#selected.dataset.decision !== "open") this.#deciding.open(this.#selected);
    });
    return true;
  }

  #search() {
    this.querySelector("finding-filter")?.search();
    return true;
  }

  #help() {
    document.querySelector("help-dialog").show();
    return true;
  }

  #filtered() {
    const out = (card) => card.hidden || card.dataset.decision === "rejected";
    this.#text?.fade(new Set(this.#list.cards.filter(out).map((card) => card.dataset.finding)));
  }

  #back() {
    if (!this.#selected) return false;
    const wasInText = this.#text.contains(document.activeElement);
    if (wasInText) this.#selected.focus({ preventScroll: true });
    else this.#select(null);
    return true;
  }

  #select(card, { words = false, card: showCard = false } = {}) {
    this.#selected?.removeAttribute("aria-current");
    this.#selected = card;
    card?.setAttribute("aria-current", "true");
    this.#text?.select(card?.dataset.finding);
    history.replaceState(null, "", location.pathname + location.search + (card ? `#${card.id}` : ""));
    if (!card) return;
    if (showCard || this.#sideBySide) card.scrollIntoView({ block: "nearest" });
    if (words) this.#showWords(card);
    if (showCard) card.focus({ preventScroll: true });
  }

  #showWords(card) {
    const mark = this.#text.place(card.dataset.finding);
    const place = mark ?? document.getElementById(card.querySelector("h3 a").hash.slice(1));
    if (!place || place === card) return;
    place.scrollIntoView({ block: "center" });
  }

  #cardAt(id) {
    const card = document.getElementById(id);
    return card?.classList.contains("finding") ? card : null;
  }

  get #list() {
    return this.querySelector("finding-list");
  }

  get #own() {
    return document.querySelector("own-finding");
  }

  get #text() {
    return this.querySelector("document-text");
  }

  // On a narrow screen the words are far from the cards: showing both is impossible.
  get #sideBySide() {
    return matchMedia("(min-width: 64rem)").matches;
  }
}

customElements.define("review-workspace", ReviewWorkspace);
