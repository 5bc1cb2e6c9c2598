// <review-workspace>: ties the cards to the words they speak of, by mouse and by keyboard.
//
// j and k go through the findings, Enter goes from a card to its words, n to the next place where
// they stand or that they conflict with, Escape back. The selected finding is in the address, so
// that a reload comes back to it.

class ReviewWorkspace extends HTMLElement {
  #life;
  #selected = null;
  #keys = {
    j: () => this.#step(1),
    k: () => this.#step(-1),
    n: () => this.#nextPlace(),
    Enter: () => this.#toWords(),
    Escape: () => this.#back(),
  };

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.addEventListener("click", (event) => this.#clicked(event), { signal });
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    window.addEventListener("hashchange", () => this.#follow(), { signal });
    // The elements within may become what they are only after this one.
    queueMicrotask(() => this.#follow());
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  #follow() {
    const card = this.#cardAt(location.hash.slice(1));
    if (card && this.#text) this.#select(card, { words: true });
  }

  #clicked(event) {
    if (!this.#text) return;
    const mark = event.target.closest(".mark");
    if (mark) return this.#clickedMark(event, mark);
    const card = event.target.closest(".finding");
    if (!card || event.target.closest("details") || !getSelection().isCollapsed) return;
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
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    const action = this.#keys[event.key];
    if (!action || !this.#text || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (action()) event.preventDefault();
  }

  #step(by) {
    const cards = this.querySelector("finding-list").cards;
    const next = cards[cards.indexOf(this.#selected) + by] ?? (this.#selected || cards[0]);
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
    history.replaceState(null, "", card ? `#${card.id}` : location.pathname + location.search);
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

  get #text() {
    return this.querySelector("document-text");
  }

  // On a narrow screen the words are far from the cards: showing both is impossible.
  get #sideBySide() {
    return matchMedia("(min-width: 64rem)").matches;
  }
}

customElements.define("review-workspace", ReviewWorkspace);
