// <review-progress data-events data-status>: follows one review until it ends.
//
// Sends `review-snapshot` (replaces everything) and `review-change` (adds) up to <main>, where the
// lists of sections and findings listen. When the review has ended, the server's page takes over.

import { announce } from "./announce.js";
import { showConnection } from "./connection.js";
import { EventStream } from "./event-stream.js";
import { showFinishedReview } from "./finished-review.js";
import { fetchJson } from "./service.js";
import { fill, slot } from "./slots.js";
import { isFinal, isWaiting, progressWords, stageWords } from "./words.js";

const LONG_POLL_SECONDS = 5;

class ReviewProgress extends HTMLElement {
  #stream;
  #stage = null;
  #state = "PENDING";
  #polls = 0;
  #ended = false;

  connectedCallback() {
    this.#stream = new EventStream(this.dataset.events, ["snapshot", "change", "queue"], () => this.#poll());
    this.#stream.addEventListener("snapshot", (event) => this.#changed("review-snapshot", event.detail));
    this.#stream.addEventListener("change", (event) => this.#changed("review-change", event.detail));
    this.#stream.addEventListener("queue", (event) => this.#paint(this.#state, event.detail.progress));
    this.#stream.addEventListener("lost", () => showConnection(false));
    this.#stream.addEventListener("regained", () => this.#regained());
    this.#stream.open();
  }

  disconnectedCallback() {
    this.#stream.close();
    showConnection(true);
  }

  #changed(name, review) {
    this.dispatchEvent(new CustomEvent(name, { detail: review, bubbles: true }));
    this.#paint(review.state, review.progress);
  }

  #paint(state, progress) {
    this.#state = state;
    this.closest("main").dataset.state = isFinal(state) ? "ENDING" : state;
    fill(this, "words", progressWords(state, progress));
    slot(this, "bar").value = progress.percent ?? 0;
    this.#paintStages(progress.stage);
    if (isFinal(state)) this.#end(state);
  }

  #paintStages(stage) {
    if (!stage || stage === this.#stage) return;
    this.#stage = stage;
    if (!isWaiting(this.#state)) announce(stageWords(stage));
    let status = "done";
    for (const item of this.querySelectorAll("[data-stage]")) {
      const isNow = item.dataset.stage === stage;
      item.dataset.status = isNow ? "now" : status;
      if (isNow) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
      if (isNow) status = "ahead";
    }
  }

  #regained() {
    this.#polls = 0;
    showConnection(true);
  }

  async #poll() {
    const wait = this.#polls++ ? "" : `?wait=${LONG_POLL_SECONDS}`;
    try {
      const { state, progress } = await fetchJson(this.dataset.status + wait);
      this.#paint(state, progress);
    } catch (error) {
      if (error.status !== 404) throw error;
      location.reload(); // somebody deleted the review; the server's page says so
    }
  }

  #end(state) {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream.close();
    announce(progressWords(state, {}));
    showFinishedReview();
  }
}

customElements.define("review-progress", ReviewProgress);
