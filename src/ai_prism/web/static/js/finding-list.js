// <finding-list>: adds findings as they are found. The cards come from the server's template.

import { fill, slot } from "./slots.js";
import { sectionName } from "./words.js";

class FindingList extends HTMLElement {
  #main;
  #sections = new Map();

  connectedCallback() {
    this.#main = this.closest("main");
    this.#main.addEventListener("review-snapshot", (event) => this.#replace(event.detail));
    this.#main.addEventListener("review-change", (event) => this.#add(event.detail));
  }

  get cards() {
    return [...this.querySelectorAll(".finding")];
  }

  // Cards that stay are left alone, so that nobody's reading is disturbed.
  #replace(review) {
    const known = new Set(review.findings.map((finding) => finding.id));
    for (const card of this.cards) {
      if (!known.has(card.dataset.finding)) card.remove();
    }
    this.#add(review);
  }

  #add({ findings, sections }) {
    for (const section of sections) this.#sections.set(section.id, section);
    const shown = new Set(this.cards.map((card) => card.dataset.finding));
    const fresh = findings.filter((finding) => !shown.has(finding.id));
    this.querySelector(".cards").append(...fresh.map((finding) => this.#card(finding)));
    const count = shown.size + fresh.length;
    fill(this, "count", count ? String(count) : "");
    slot(this, "empty").hidden = count > 0;
  }

  #card(finding) {
    const copy = this.querySelector("template").content.cloneNode(true);
    const card = copy.querySelector(".finding");
    card.id = `f-${finding.id}`;
    card.dataset.finding = finding.id;
    card.dataset.severity = finding.severity;
    for (const name of ["severity", "title", "message", "why"]) fill(card, name, finding[name]);
    fill(card, "place", this.#place(finding));
    fill(card, "rule", finding.rule_id);
    fill(card, "confidence", String(Math.round(finding.confidence * 100)));
    fill(card, "engine", finding.source.engine);
    fill(card, "suggestion", finding.suggestion, { optional: true });
    fill(card, "more", finding.occurrences > 1 ? `${finding.occurrences} places in all` : "", { optional: true });
    fill(card, "against", against(finding.related), { optional: true });
    quote(card, finding.anchors[0]);
    slot(card, "title").href = `#${card.id}`;
    return copy;
  }

  #place(finding) {
    const section = this.#sections.get(finding.section_id);
    const { page, recognised } = finding.anchors[0] ?? {};
    const name = section ? sectionName(section) : "Whole document";
    return page ? `${name}, page ${page}${recognised ? " (recognised)" : ""}` : name;
  }
}

// The words around a quote are cut at words.
function quote(card, anchor) {
  card.querySelector("blockquote").hidden = !anchor;
  if (!anchor) return;
  fill(card, "prefix", anchor.prefix.replace(/^\S*\s+(?=\S)/, "…"));
  fill(card, "quote", anchor.quote);
  fill(card, "suffix", anchor.suffix.replace(/(?<=\S)\s+\S*$/, "…"));
}

function against(related) {
  if (!related.length) return "";
  return `It stands against ${related.slice(0, 3).map((anchor) => `“${anchor.quote}”`).join(", ")}`;
}

customElements.define("finding-list", FindingList);
