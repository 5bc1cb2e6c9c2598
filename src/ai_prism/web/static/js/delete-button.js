// <delete-button data-then>: deletes a review at once, since it can be brought back for a moment.

import { announce } from "./announce.js";
import { fetchJson } from "./service.js";

class DeleteButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.#delete(event));
  }

  // Without scripts the form leads to a page that asks first.
  async #delete(event) {
    event.preventDefault();
    this.#button.disabled = true;
    try {
      await fetchJson(event.target.action, { method: "POST" });
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
