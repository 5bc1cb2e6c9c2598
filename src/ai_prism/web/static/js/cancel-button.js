// <cancel-button>: cancels a review without leaving the page; the review ends at its next step.

import { announce } from "./announce.js";
import { fetchJson } from "./service.js";

class CancelButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.#pressed(event));
  }

  async #pressed(event) {
    event.preventDefault();
    this.#button.disabled = true;
    this.#say("Cancelling…");
    try {
      await fetchJson(event.target.action, { method: "POST" });
      this.#say("Stopping at the next step…");
    } catch (error) {
      this.#button.disabled = false;
      this.#say(`Not cancelled: ${error.message}`);
    }
  }

  #say(words) {
    this.#button.textContent = words;
    announce(words);
  }

  get #button() {
    return this.querySelector("button");
  }
}

customElements.define("cancel-button", CancelButton);
