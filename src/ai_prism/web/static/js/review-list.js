// <review-list>: keeps the rows of reviews true while they run.
//
// State and bar change in place; when a review ends, its row is taken from the server's own page.

import { announce } from "./announce.js";
import { ownReviews } from "./own-reviews.js";
import { fetchPage } from "./service.js";
import { fill, slot } from "./slots.js";
import { isFinal, progressWords } from "./words.js";

class ReviewList extends HTMLElement {
  #refreshing = false;

  connectedCallback() {
    this.onReview = (event) => this.#changed(event.detail);
    ownReviews.addEventListener("review", this.onReview);
    const unfinished = [...this.querySelectorAll("[data-review]:not([data-final])")];
    ownReviews.watch(unfinished.map((row) => row.dataset.review));
    this.addEventListener("review-deleted", (event) => this.#deleted(event.target.closest(".row")));
  }

  disconnectedCallback() {
    ownReviews.removeEventListener("review", this.onReview);
  }

  async #changed(review) {
    const row = document.getElementById(`review-${review.task_id}`);
    if (!row && this.hasAttribute("data-complete")) return this.#refresh();
    if (!row || "final" in row.dataset) return;
    fill(row, "words", progressWords(review.state, review.progress));
    slot(row, "bar").value = review.progress.percent ?? 0;
    if (isFinal(review.state)) await this.#renew(row);
  }

  async #renew(row) {
    const fresh = (await freshPage())?.getElementById(row.id);
    if (!fresh || !row.isConnected) return;
    row.replaceWith(document.adoptNode(fresh));
    const name = fresh.querySelector(".row-name a").textContent;
    announce(`${name}: ${slot(fresh, "words").textContent}`);
  }

  // Several new reviews at once need one look.
  async #refresh() {
    if (this.#refreshing) return;
    this.#refreshing = true;
    const fresh = (await freshPage())?.querySelector("review-list");
    this.#refreshing = false;
    if (fresh) this.replaceChildren(...document.adoptNode(fresh).childNodes);
  }

  // The server's list offers to bring it back; where there is no such offer, only the row goes.
  async #deleted(row) {
    const name = row.querySelector(".row-name a").textContent;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    await this.#refresh();
    const offer = this.querySelector("undo-notice");
    announce(`${name} was deleted.${offer ? " It can be brought back for a moment." : ""}`);
    (offer?.querySelector("button") ?? next?.querySelector(".row-name a"))?.focus();
  }
}

// Null when the service does not answer: the state is shown already, the rest comes with a reload.
function freshPage() {
  return fetchPage().catch(() => null);
}

customElements.define("review-list", ReviewList);
