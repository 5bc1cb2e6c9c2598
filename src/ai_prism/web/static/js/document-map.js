// <document-map>: where findings stand in the whole document, and which part of it is seen.

class DocumentMap extends HTMLElement {
  #life;
  #frame = 0;
  #ticks = new Map();

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    for (const tick of this.querySelectorAll("a")) this.#ticks.set(tick.dataset.finding, tick);
    window.addEventListener("scroll", () => this.#soon(), { signal, passive: true });
    window.addEventListener("resize", () => this.#soon(), { signal, passive: true });
    this.closest("main").addEventListener("findings-filtered", () => this.#filter(), { signal });
    this.#soon();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  #soon() {
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#frame = 0;
    const text = document.querySelector(".reading :is(document-text, page-images)")?.getBoundingClientRect();
    if (!text?.height) return;
    const from = Math.max(0, Math.min(1, -text.top / text.height));
    const to = Math.max(0, Math.min(1, (innerHeight - text.top) / text.height));
    const seen = this.querySelector(".window");
    seen.setAttribute("y", 1000 * from);
    seen.setAttribute("height", 1000 * (to - from));
  }

  #filter() {
    for (const card of document.querySelectorAll(".finding")) {
      const isOut = card.hidden || card.dataset.decision === "rejected";
      this.#ticks.get(card.dataset.finding)?.classList.toggle("is-out", isOut);
    }
  }
}

customElements.define("document-map", DocumentMap);
