// What happens to any review of this person: one stream for a whole tab, opened on first use.
//
// Emits `review` with what the server said of one review, whether it came by stream or by asking.

import { showConnection } from "./connection.js";
import { EventStream } from "./event-stream.js";
import { fetchJson, servicePath } from "./service.js";
import { isFinal } from "./words.js";

class OwnReviews extends EventTarget {
  #stream = null;
  #unfinished = new Set();
  #followed = new Set(); // asked after even when they have ended: somebody may decide on them

  // Hears of the reviews with these ids even while the stream is down.
  watch(ids) {
    for (const id of ids) this.#unfinished.add(id);
    if (!this.#stream) this.#open();
  }

  follow(id) {
    this.#followed.add(id);
    this.watch([id]);
  }

  #open() {
    this.#stream = new EventStream(servicePath("events"), ["review"], () => this.#ask());
    this.#stream.addEventListener("review", (event) => this.#tell(event.detail));
    this.#stream.addEventListener("lost", () => showConnection(false));
    this.#stream.addEventListener("regained", () => showConnection(true));
    this.#stream.open(); // the server begins with all there is, so nothing falls in between
    // A browser keeps six connections to a host; tabs that nobody sees must not hold them.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#stream.close() : this.#stream.open()));
  }

  async #ask() {
    for (const id of new Set([...this.#unfinished, ...this.#followed])) {
      const review = await fetchJson(servicePath(`status/${id}`)).catch((error) => this.#forget(id, error));
      if (review) this.#tell(review);
    }
  }

  // A review that somebody deleted meanwhile is none of our business any more.
  #forget(id, error) {
    if (error.status !== 404) throw error;
    this.#unfinished.delete(id);
    this.#followed.delete(id);
  }

  #tell(review) {
    if (isFinal(review.state)) this.#unfinished.delete(review.task_id);
    this.dispatchEvent(new CustomEvent("review", { detail: review }));
  }
}

export const ownReviews = new OwnReviews();
