// Puts the cards into the margin, each beside the place it speaks of.
//
// Cards that would lie over each other are moved down; the one that is held (the selected one, else
// the one whose place is being read) stands exactly beside its place, and those before it move up.
// Only what is near the window is placed: the document may have hundreds of pages, most of which
// the browser has not even laid out.

const GAP = 10;
const READING_LINE = 0.3; // of the window, from its top

export class CardMargin {
  #list; // the <ol> of the cards
  #view;
  #parts = []; // of the document, in its order: { element, cards }
  #near = { from: 0, to: -1 };
  #placed = new Set(); // the cards that stand beside their places now
  #held = null;
  #frame = 0;
  #signature = "";
  #sizes = new ResizeObserver(() => this.#soon());

  constructor(list, view) {
    this.#list = list;
    this.#view = view;
  }

  // Cards were added, or the places of some are known better now.
  sort(cards) {
    const parts = [...this.#view.querySelectorAll(".leaf, .sheet")];
    this.#parts = parts.map((element) => ({ element, cards: [] }));
    const of = new Map(this.#parts.map((part) => [part.element, part]));
    this.#sizes.disconnect();
    for (const card of cards) {
      const part = this.#placeOf(card)?.closest(".leaf, .sheet");
      (of.get(part) ?? this.#parts[0]).cards.push(card);
      card.classList.add("is-far");
    }
    this.#roughly();
    this.#placed = new Set();
    this.lay();
  }

  // Stands beside its place from now on; null: whichever is being read.
  hold(card) {
    this.#held = card;
    this.lay();
  }

  scrolled() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#look() !== this.#signature) this.lay();
    });
  }

  leave() {
    this.#sizes.disconnect();
    cancelAnimationFrame(this.#frame);
    for (const { cards } of this.#parts) {
      for (const card of cards) {
        card.classList.remove("is-far");
        card.style.insetBlockStart = "";
      }
    }
    this.#list.style.minBlockSize = "";
  }

  lay() {
    if (!this.#parts.length) return;
    this.#bring();
    const top = this.#list.getBoundingClientRect().top;
    const shown = this.#nearCards().filter((card) => !card.hidden);
    const rows = shown.map((card) => ({ card, place: this.#top(card) - top, height: card.offsetHeight }));
    rows.sort((one, other) => one.place - other.place);
    const selected = rows.findIndex(({ card }) => card === this.#held);
    if (selected >= 0) settle(rows, selected);
    else settle(rows, this.#beingRead(rows, top), 0);
    for (const { card, at } of rows) card.style.insetBlockStart = `${Math.round(at)}px`;
    const last = rows.at(-1);
    const below = last ? last.at + last.height : 0;
    this.#list.style.minBlockSize = `${Math.max(this.#view.offsetHeight - 1, below)}px`;
    this.#signature = this.#look();
  }

  // Who comes to a card by its words or with the Tab key is led to about where it belongs.
  #roughly() {
    const top = this.#list.getBoundingClientRect().top;
    const tops = this.#parts.map(({ element }) => Math.round(element.getBoundingClientRect().top - top));
    this.#parts.forEach(({ cards }, n) => {
      for (const card of cards) card.style.insetBlockStart = `${tops[n]}px`;
    });
  }

  #soon() {
    this.#signature = "";
    this.scrolled();
  }

  // Marks as near what is about to be seen, and what is held.
  #bring() {
    const before = this.#placed;
    this.#near = this.#inSight();
    const now = new Set(this.#nearCards());
    for (const card of before) if (!now.has(card)) this.#away(card);
    for (const card of now) {
      if (before.has(card)) continue;
      card.classList.remove("is-far");
      this.#sizes.observe(card);
    }
    this.#placed = now;
  }

  #away(card) {
    card.classList.add("is-far");
    this.#sizes.unobserve(card);
  }

  #nearCards() {
    const cards = [];
    for (const { element, cards: all } of this.#parts.slice(this.#near.from, this.#near.to + 1)) {
      // Where they belong on a page is known once it has come: they would jump.
      const known = element.dataset.waiting === undefined;
      cards.push(...(known ? all : all.filter((card) => card === this.#held)));
    }
    return cards;
  }

  // They follow each other, so a few of many are measured.
  #inSight() {
    const above = (line, side) => {
      let [from, to] = [0, this.#parts.length];
      while (from < to) {
        const middle = (from + to) >> 1;
        if (this.#parts[middle].element.getBoundingClientRect()[side] < line) from = middle + 1;
        else to = middle;
      }
      return from;
    };
    return { from: above(-innerHeight / 2, "bottom"), to: above(1.5 * innerHeight, "top") - 1 };
  }

  // What can change where cards belong, but for the cards themselves.
  #look() {
    const { from, to } = this.#inSight();
    const top = this.#list.getBoundingClientRect().top;
    const edge = (n, side) => Math.round((this.#parts[n]?.element.getBoundingClientRect()[side] ?? 0) - top);
    return [from, to, edge(from, "top"), edge(to, "bottom"), innerWidth].join();
  }

  #beingRead(rows, top) {
    const line = READING_LINE * innerHeight - top;
    return Math.max(0, rows.findLastIndex(({ place }) => place <= line));
  }

  #top(card) {
    return this.#placeOf(card)?.getBoundingClientRect().top ?? this.#view.getBoundingClientRect().top;
  }

  #placeOf(card) {
    const known = this.#view.place(card.dataset.finding);
    return known ?? document.getElementById(card.querySelector("h3 a").hash.slice(1))?.closest(".reading *") ?? null;
  }
}

// Gives each row where it stands, `at`: the one at `held` at its place, the others as near as can
// be, and none above `least`.
function settle(rows, held, least = -Infinity) {
  if (!rows.length) return;
  rows[held].at = rows[held].place;
  for (let n = held - 1; n >= 0; n -= 1) {
    rows[n].at = Math.min(rows[n].place, rows[n + 1].at - GAP - rows[n].height);
  }
  let free = least;
  rows.forEach((row, n) => {
    row.at = Math.max(n <= held ? row.at : row.place, free);
    free = row.at + row.height + GAP;
  });
}
