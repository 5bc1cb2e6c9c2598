// <section-outline>: shows the sections as soon as they are known, later which one is being read.

import { fill, slot } from "./slots.js";
import { sectionName } from "./words.js";

class SectionOutline extends HTMLElement {
  #observer;

  connectedCallback() {
    const main = this.closest("main");
    for (const name of ["review-snapshot", "review-change"]) {
      main.addEventListener(name, (event) => this.#replace(event.detail.sections));
    }
    this.#follow();
  }

  disconnectedCallback() {
    this.#observer?.disconnect();
  }

  #replace(sections) {
    if (!sections.length) return;
    this.querySelector("ol").replaceChildren(...sections.map(item));
    fill(this, "count", String(sections.length));
    slot(this, "empty")?.remove();
  }

  // The current section is the last one whose heading has crossed the upper part of the window.
  #follow() {
    const links = new Map([...this.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
    const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    this.#observer = new IntersectionObserver((entries) => this.#crossed(entries, headings, links), {
      rootMargin: "0px 0px -75% 0px",
    });
    for (const heading of headings) this.#observer.observe(heading);
  }

  #crossed(entries, headings, links) {
    const crossing = entries.filter((entry) => entry.isIntersecting || entry.boundingClientRect.top < 0);
    if (!crossing.length) return;
    const current = lastAbove(headings, window.innerHeight / 4);
    this.querySelector("[aria-current]")?.removeAttribute("aria-current");
    if (current) links.get(current.id).setAttribute("aria-current", "location");
  }
}

// They stand in the order of the page, so a few of many are measured.
function lastAbove(headings, line) {
  let from = 0;
  let to = headings.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (headings[middle].getBoundingClientRect().top < line) from = middle + 1;
    else to = middle;
  }
  return headings[from - 1];
}

function item(section) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  line.dataset.level = Math.min(section.level, 4);
  link.dir = "auto";
  link.textContent = sectionName(section);
  line.append(link);
  return line;
}

customElements.define("section-outline", SectionOutline);
