// <finding-list>: the cards; adds findings as they are found, and shows what was decided on them.

import { fillCard, fillDecision } from "./finding-card.js";
import { fill, slot } from "./slots.js";

class FindingList extends HTMLElement {
  #main;
  #sections = new Map();

  connectedCallback() {
    this.#main = this.closest("main");
    this.#main.addEventListener("review-snapshot", (event) => this.#replace(event.detail));
    this.#main.addEventListener("review-change", (event) => this.#add(event.detail));
    this.#main.addEventListener("findings-changed", (event) => this.#changed(event.detail));
  }

  get cards() {
    return [...this.querySelectorAll(".finding")];
  }

  // The cards that the filter lets through.
  get shown() {
    return this.cards.filter((card) => !card.hidden);
  }

  // Cards that stay are left alone, so that nobody's reading is disturbed.
  #replace(review) {
    const known = new Set(review.findings.map((finding) => finding.id));
    for (const card of this.cards) {
      if (!known.has(card.dataset.finding)) card.remove();
    }
    this.#add(review);
  }

  #changed(review) {
    this.#add(review);
    if (!slot(this, "decided")) return;
    fill(this, "decided", `${review.decided} of ${review.found} decided`);
    Object.assign(slot(this, "decided-bar"), { max: review.found, value: review.decided });
  }

  #add({ findings, sections }) {
    for (const section of sections) this.#sections.set(section.id, section);
    const shown = new Map(this.cards.map((card) => [card.dataset.finding, card]));
    const fresh = [];
    for (const finding of findings) {
      if (shown.has(finding.id)) fillDecision(shown.get(finding.id), finding);
      else fresh.push(finding);
    }
    for (const finding of fresh) this.#put(this.#card(finding), finding);
    const count = shown.size + fresh.length;
    fill(this, "count", count ? String(count) : "");
    slot(this, "empty").hidden = count > 0;
  }

  // While a review runs nothing is put before what one reads; later the order is the document's.
  #put(card, { anchors }) {
    const list = this.querySelector(".cards");
    const start = anchors[0]?.start;
    const isLive = this.closest(".live") !== null;
    const next = isLive ? null : this.cards.find(({ dataset }) => Number(dataset.start) > start);
    list.insertBefore(card, next ?? null);
  }

  #card(finding) {
    const copy = this.querySelector("template").content.cloneNode(true);
    fillCard(copy.querySelector(".finding"), finding, this.#sections.get(finding.section_id));
    return copy;
  }
}

customElements.define("finding-list", FindingList);
