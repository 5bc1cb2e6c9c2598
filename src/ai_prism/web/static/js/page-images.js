// <page-images data-path>: the pages of the document as they look, with the words of findings marked.
//
// A page is fetched once it has come near and stayed for a moment: whoever scrolls far asks for
// nothing on the way, and what is still under way is let go of when its page is out of sight.

import { marksOf } from "./page-marks.js";
import { fetchJson } from "./service.js";
import { fill, slot } from "./slots.js";

const STAY_MS = 120;

class PageImages extends HTMLElement {
  #observer;
  #life;
  #sheets = new Map(); // number: { figure, timer, marks: a promise }
  #selected = null;
  #wanted = null; // { finding, focus, at }: shown as soon as its page has come
  #out = new Set();

  connectedCallback() {
    this.#life = new AbortController();
    this.#observer = new IntersectionObserver((entries) => this.#moved(entries), { rootMargin: "60% 0px" });
    for (const figure of this.querySelectorAll("figure")) {
      this.#sheets.set(figure.dataset.page, { figure });
      this.#observer.observe(figure);
    }
    const { signal } = this.#life;
    this.closest("main").addEventListener("findings-changed", (event) => this.#changed(event.detail), { signal });
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    this.#life.abort();
  }

  // All marks of a finding, in the order of the pages, which are fetched for it.
  async marks(finding) {
    await Promise.all(this.#sheetsOf(finding).map((sheet) => this.#places(sheet)));
    return this.#marksThere(finding);
  }

  // The findings whose places lie over each other where one pressed on a mark.
  findingsAt(mark, { clientX, clientY }) {
    const marks = document.elementsFromPoint(clientX, clientY).map((place) => place.closest(".paper .mark"));
    return [...new Set([mark, ...marks].filter(Boolean).map((place) => place.dataset.findings))];
  }

  // Brings the words of a finding into sight; returns whether they stand on a page.
  // `at` is the key of one of its places and `page` where that stands, without them the first.
  show(finding, { focus = false, at = finding, page } = {}) {
    const mark = document.getElementById(`m-${at}`);
    if (mark) {
      mark.scrollIntoView({ block: "center" });
      if (focus) mark.focus({ preventScroll: true });
      return true;
    }
    const sheet = this.#sheets.get(page) ?? this.#sheetsOf(finding)[0];
    if (!sheet) return false;
    this.#wanted = { finding, focus, at };
    sheet.figure.scrollIntoView({ block: "start" });
    this.#places(sheet);
    return true;
  }

  // Where a place stands, by its key, or the page that it stands on until that has come.
  place(key) {
    return document.getElementById(`m-${key}`) ?? this.#sheetsOf(key.split(".")[0])[0]?.figure ?? null;
  }

  fade(out) {
    this.#out = out;
    this.#paint();
  }

  select(finding) {
    this.#selected = finding;
    this.#wanted = null;
    this.#paint();
  }

  #paint() {
    for (const mark of this.querySelectorAll(".mark")) {
      mark.classList.toggle("is-selected", mark.dataset.findings === this.#selected);
      mark.classList.toggle("is-out", this.#out.has(mark.dataset.findings));
    }
  }

  #moved(entries) {
    for (const { target, isIntersecting } of entries) {
      const sheet = this.#sheets.get(target.dataset.page);
      clearTimeout(sheet.timer);
      if (isIntersecting) sheet.timer = setTimeout(() => this.#fetch(sheet), STAY_MS);
      else this.#letGo(sheet);
    }
  }

  #fetch(sheet) {
    this.#places(sheet);
    const image = sheet.figure.querySelector("img");
    if (image.hasAttribute("src")) return;
    image.onload = () => (image.hidden = false);
    image.onerror = () => this.#say(sheet, "· It cannot be drawn.");
    image.src = `${this.#path(sheet)}.webp`;
  }

  #letGo({ figure }) {
    const image = figure.querySelector("img");
    if (image.hidden) image.removeAttribute("src");
  }

  #places(sheet) {
    sheet.marks ??= fetchJson(this.#path(sheet)).then(
      (page) => this.#lay(sheet, page),
      (error) => {
        sheet.marks = null;
        this.#say(sheet, `· ${error.message}`);
        this.#tell(sheet);
      },
    );
    return sheet.marks;
  }

  #lay(sheet, page) {
    sheet.figure.querySelector("svg").replaceChildren(...marksOf(page, cardOf));
    for (const { id, boxes } of page.sections) {
      document.getElementById(`s-${id}`).style.insetBlockStart = `${(100 * boxes[0].y) / page.size.height}%`;
    }
    this.#note(sheet, page.not_found.map(cardOf).filter(Boolean));
    this.#paint();
    this.#arrive(page);
    this.#tell(sheet);
  }

  // The cards of the page can be put in their places.
  #tell({ figure }) {
    delete figure.dataset.waiting;
    this.dispatchEvent(new Event("places-shown", { bubbles: true }));
  }

  // What was asked for before its page had come.
  #arrive(page) {
    if (this.#wanted && this.place(this.#wanted.at)?.matches(".mark")) {
      const { finding, ...how } = this.#wanted;
      this.#wanted = null;
      this.show(finding, how);
      return;
    }
    const section = page.sections.find(({ id }) => location.hash === `#s-${id}`);
    if (section) document.getElementById(`s-${section.id}`).scrollIntoView();
  }

  // Words that are not found on the page, because it is a picture or says them otherwise.
  #note(sheet, cards) {
    const links = cards.map((card) => Object.assign(document.createElement("a"), {
      href: `#${card.id}`,
      textContent: card.querySelector("h3").textContent,
    }));
    slot(sheet.figure, "note").replaceChildren(
      ...links.flatMap((link, place) => [place ? ", " : "· Not marked on it: ", link]),
    );
  }

  #say(sheet, words) {
    fill(sheet.figure, "note", words);
  }

  // Another tab may have added a finding.
  #changed({ findings }) {
    const fresh = findings.filter(({ id }) => !this.#marksThere(id).length);
    for (const sheet of new Set(fresh.flatMap(({ id }) => this.#sheetsOf(id)))) {
      if (!sheet.marks) continue;
      sheet.marks = null;
      this.#places(sheet);
    }
  }

  #marksThere(finding) {
    return [...this.querySelectorAll(`.mark[data-findings="${CSS.escape(finding)}"]`)];
  }

  #sheetsOf(finding) {
    const pages = cardOf(finding)?.dataset.pages.split(" ") ?? [];
    return pages.map((page) => this.#sheets.get(page)).filter(Boolean);
  }

  #path({ figure }) {
    return `${this.dataset.path}/${figure.dataset.page}`;
  }
}

function cardOf(finding) {
  return document.getElementById(`f-${finding}`);
}

customElements.define("page-images", PageImages);
