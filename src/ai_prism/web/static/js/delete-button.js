// <delete-button data-path data-then>: deletes a review on the second press; the first one asks.

import { announce } from "./announce.js";
import { fetchJson } from "./service.js";

class DeleteButton extends HTMLElement {
  #words;

  connectedCallback() {
    this.#words ??= this.#button.textContent;
    this.addEventListener("submit", (event) => this.#pressed(event));
    this.addEventListener("focusout", () => this.#disarm());
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.#disarm());
  }

  #pressed(event) {
    event.preventDefault();
    if ("armed" in this.#button.dataset) return this.#delete();
    this.#button.dataset.armed = "";
    this.#button.textContent = "Delete for good?";
    announce("Press again to delete it for good.");
  }

  #disarm() {
    delete this.#button.dataset.armed;
    this.#button.textContent = this.#words;
  }

  async #delete() {
    this.#button.disabled = true;
    try {
      await fetchJson(this.dataset.path, { method: "DELETE" });
    } catch (error) {
      this.#button.disabled = false;
      this.#button.textContent = `Not deleted: ${error.message}`;
      return announce(this.#button.textContent);
    }
    if (this.dataset.then) location.assign(this.dataset.then);
    else this.dispatchEvent(new Event("review-deleted", { bubbles: true }));
  }

  get #button() {
    return this.querySelector("button");
  }
}

customElements.define("delete-button", DeleteButton);
