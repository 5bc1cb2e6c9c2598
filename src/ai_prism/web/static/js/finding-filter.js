// <finding-filter>: shows the findings that are like what is asked for; the question stands in the
// address, so that it can be sent and comes back with a reload.

import { announce } from "./announce.js";
import { fill, slot } from "./slots.js";

const PAUSE_MS = 120; // between a key and looking through all cards

class FindingFilter extends HTMLElement {
  #life;
  #pause = 0;
  #texts = new WeakMap();

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    const form = this.querySelector("form");
    this.#read();
    form.addEventListener("submit", (event) => event.preventDefault(), { signal });
    form.addEventListener("input", () => this.#soon(), { signal });
    window.addEventListener("popstate", () => this.#read() || this.#apply(), { signal });
    const main = this.closest("main");
    main.addEventListener("findings-changed", (event) => this.#soon(event.detail), { signal });
    this.#list.addEventListener("click", (event) => event.target.matches("[data-do=clear]") && this.clear(), { signal });
    queueMicrotask(() => this.#apply({ quietly: true }));
  }

  disconnectedCallback() {
    this.#life.abort();
    clearTimeout(this.#pause);
  }

  search() {
    const field = this.querySelector("input");
    field.focus();
    field.select();
  }

  clear() {
    this.querySelector("form").reset();
    this.#apply();
  }

  get #list() {
    return this.closest("finding-list");
  }

  get #fields() {
    return [...this.querySelectorAll("input, select")];
  }

  #read() {
    const asked = new URLSearchParams(location.search);
    for (const field of this.#fields) field.value = asked.get(field.name) ?? "";
  }

  #soon(changed) {
    for (const finding of changed?.findings ?? []) this.#addChoices(finding);
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#apply(), PAUSE_MS);
  }

  #addChoices({ rule_id: rule, title, section_id: section }) {
    this.#addChoice("rule", rule, title);
    const heading = document.querySelector(`section-outline a[href="#s-${section}"]`);
    if (heading) this.#addChoice("section", section, heading.textContent);
  }

  #addChoice(name, value, words) {
    const { options } = this.querySelector(`[name=${name}]`);
    if (![...options].some((option) => option.value === value)) options.add(new Option(words, value));
  }

  #apply({ quietly = false } = {}) {
    const wanted = this.#fields.filter((field) => field.value.trim());
    this.#write(wanted);
    const { cards } = this.#list;
    let shown = 0;
    for (const card of cards) {
      card.hidden = !wanted.every((field) => this.#suits(card, field));
      shown += card.hidden ? 0 : 1;
    }
    const isPart = wanted.length > 0;
    fill(this, "active", wanted.filter((field) => field.name !== "q").length ? " (on)" : "");
    fill(this.#list, "count", isPart ? `${shown} of ${cards.length}` : String(cards.length));
    slot(this.#list, "none-shown").hidden = shown > 0 || !cards.length;
    this.closest("main").dispatchEvent(new Event("findings-filtered"));
    if (isPart && !quietly) announce(`${shown} of ${cards.length} findings shown.`);
  }

  #suits(card, { name, value }) {
    if (name !== "q") return card.dataset[name] === value;
    const text = this.#textOf(card);
    return value.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  #textOf(card) {
    const said = `${card.dataset.decision} ${card.dataset.reason}`;
    if (!this.#texts.has(card)) this.#texts.set(card, card.textContent.toLocaleLowerCase());
    return `${this.#texts.get(card)} ${said.toLocaleLowerCase()}`;
  }

  #write(wanted) {
    const asked = new URLSearchParams(location.search); // more than the filter may stand there
    for (const { name } of this.#fields) asked.delete(name);
    for (const { name, value } of wanted) asked.set(name, value.trim());
    const search = asked.size ? `?${asked}` : "";
    if (search !== location.search) history.replaceState(null, "", location.pathname + search + location.hash);
  }
}

customElements.define("finding-filter", FindingFilter);
