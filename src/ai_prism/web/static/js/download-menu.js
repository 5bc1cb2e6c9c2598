// <download-menu>: a list that opens over the page, and closes when one turns to something else.

class DownloadMenu extends HTMLElement {
  #life;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    document.addEventListener("pointerdown", (event) => this.contains(event.target) || this.#close(), { signal });
    this.addEventListener("focusout", (event) => event.relatedTarget && (this.contains(event.relatedTarget) || this.#close()));
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.#back(event));
    this.querySelector("ul").addEventListener("click", () => this.#close());
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  #back(event) {
    if (!this.#details.open) return;
    event.stopPropagation(); // Escape also leaves the selected finding
    this.#close();
    this.querySelector("summary").focus();
  }

  #close() {
    this.#details.open = false;
  }

  get #details() {
    return this.querySelector("details");
  }
}

customElements.define("download-menu", DownloadMenu);
