// <review-workspace>: ties the cards to the words they speak of, by mouse and by keyboard.
//
// j and k go through the findings, Enter goes from a card to its words, n to the next place where
// they stand or that they conflict with, Escape back; a, r, e and u decide; v turns from text to
// pages and back; / searches, ? helps. The
// selected finding is in the address, so that a reload comes back to it.

import { announce } from "./announce.js";
import { CardMargin } from "./card-margin.js";
import { Deciding } from "./deciding.js";
import { slot } from "./slots.js";
import { refreshOverview } from "./overview-panel.js";
import { ReviewDecisions } from "./review-decisions.js";

const WIDE = matchMedia("(min-width: 64rem)");

class ReviewWorkspace extends HTMLElement {
  #life;
  #selected = null;
  #decisions;
  #deciding;
  #margin = null; // where the window is wide enough for one
  #keys = {
    j: () => this.#step(1),
    k: () => this.#step(-1),
    n: () => this.#nextPlace(),
    a: () => this.#decide("accept"),
    r: () => this.#decide("reject"),
    R: () => this.#inCard("rejectWithReason"),
    e: () => this.#inCard("edit"),
    u: () => this.#undo(),
    v: () => this.#switchView(),
    c: () => this.#own.show(),
    "/": () => this.#search(),
    "?": () => this.#help(),
    Enter: () => this.#toWords(),
    Escape: () => this.#back(),
  };

  #steps = {
    next: () => this.#step(1),
    previous: () => this.#step(-1),
    leave: () => this.#select(null),
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
    main.addEventListener("places-shown", () => this.#margin?.lay(), { signal });
    window.addEventListener("scroll", () => this.#margin?.scrolled(), { signal, passive: true });
    window.addEventListener("resize", () => this.#margin?.lay(), { signal });
    WIDE.addEventListener("change", () => this.#setMargin(), { signal });
    // The elements within may become what they are only after this one.
    queueMicrotask(() => this.#begin());
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#margin?.leave();
    this.#decisions.leave();
  }

  #begin() {
    this.#setMargin();
    this.#follow();
    this.#own.adding = (remark) => this.#decisions.add(remark);
    if (!this.classList.contains("live")) this.#decisions.follow();
  }

  // Cards stand beside their places where there is room; else they are a list.
  #setMargin() {
    this.#margin?.leave();
    this.#margin = this.#view && WIDE.matches ? new CardMargin(this.querySelector(".cards"), this.#view) : null;
    this.classList.toggle("with-margin", Boolean(this.#margin));
    this.#margin?.sort(this.#list.cards);
  }

  #follow() {
    const card = this.#cardAt(location.hash.slice(1));
    if (card && this.#view) this.#select(card, { words: true });
  }

  #clicked(event) {
    if (this.#deciding.clicked(event.target)) return;
    const step = this.#steps[event.target.closest(".steps [data-do]")?.dataset.do];
    if (step) return step();
    if (!this.#view) return;
    const mark = event.target.closest(".mark");
    if (mark) return this.#clickedMark(event, mark);
    const card = event.target.closest(".finding");
    if (!card || event.target.closest("details, form, button") || !getSelection().isCollapsed) return;
    event.preventDefault();
    const link = event.target.closest("a[data-place]");
    if (link) return this.#toPlace(card, link.dataset, event.detail === 0);
    if (card === this.#selected) return this.#nextPlace();
    this.#select(card, { words: true });
    const byKeyboard = event.detail === 0;
    if (byKeyboard) this.#view.show(card.dataset.finding, { focus: true });
  }

  // Where findings overlap, clicking again goes to the next of them.
  #clickedMark(event, mark) {
    event.preventDefault();
    const ids = this.#view.findingsAt(mark, event);
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
    this.#select(next, { words: true, card: true });
    return true;
  }

  // Where else the finding speaks of: told on the card.
  #toPlace(card, { place: at, page }, focus) {
    this.#select(card);
    this.#view.show(card.dataset.finding, { at, page, focus });
  }

  // Only from the card itself: Enter on a link or a button means that link or button.
  #toWords() {
    const card = document.activeElement;
    if (!card.classList.contains("finding")) return false;
    this.#select(card);
    return this.#view.show(card.dataset.finding, { focus: true });
  }

  #nextPlace() {
    if (!this.#selected) return false;
    this.#toNextPlace(this.#selected.dataset.finding);
    return true;
  }

  async #toNextPlace(finding) {
    const marks = await this.#view.marks(finding);
    const here = marks.indexOf(document.activeElement);
    const begin = marks.findIndex((mark) => !mark.classList.contains("related"));
    focusOn(marks[((here < 0 ? begin : here) + 1) % marks.length]);
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
      if (next && this.#selected === card) this.#select(next, { words: true, card: true });
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
      if (card) this.#select(card, { words: true, card: true });
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

  #switchView() {
    const views = this.querySelector("view-switch");
    views?.go();
    return Boolean(views);
  }

  #filtered() {
    const out = (card) => card.hidden || card.dataset.decision === "rejected";
    const { cards } = this.#list;
    this.#view?.fade(new Set(cards.filter(out).map((card) => card.dataset.finding)));
    this.#margin?.sort(cards);
  }

  #back() {
    if (!this.#selected) return false;
    const wasInText = this.#view.contains(document.activeElement);
    if (wasInText) this.#selected.focus({ preventScroll: true });
    else this.#select(null);
    return true;
  }

  #select(card, { words = false, card: showCard = false } = {}) {
    this.#selected?.removeAttribute("aria-current");
    this.#selected = card;
    card?.setAttribute("aria-current", "true");
    this.#view?.select(card?.dataset.finding);
    this.classList.toggle("has-selection", Boolean(card && this.#view));
    history.replaceState(null, "", location.pathname + location.search + (card ? `#${card.id}` : ""));
    if (card && words) this.#showWords(card);
    this.#margin?.hold(card);
    if (!card) return;
    if (this.#margin) card.scrollIntoView({ block: "nearest" });
    if (showCard) card.focus({ preventScroll: true });
  }

  #showWords(card) {
    if (this.#view.show(card.dataset.finding)) return;
    const place = document.getElementById(card.querySelector("h3 a").hash.slice(1));
    if (place !== card) place?.scrollIntoView({ block: "center" });
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

  // The document, as text or as pages.
  get #view() {
    return this.querySelector(".reading :is(document-text, page-images)");
  }
}

function focusOn(mark) {
  mark?.scrollIntoView({ block: "center" });
  mark?.focus({ preventScroll: true });
}

customElements.define("review-workspace", ReviewWorkspace);
