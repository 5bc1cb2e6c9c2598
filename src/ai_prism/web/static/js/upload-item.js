// <upload-item>: one file on its way, then its review as it goes on.

import { announce } from "./announce.js";
import { FileUpload, uploadKey } from "./file-upload.js";
import { ownReviews } from "./own-reviews.js";
import { fetchJson, servicePath, wordsOf } from "./service.js";
import { fill, slot } from "./slots.js";
import { countsWords, isFinal, progressWords } from "./words.js";

class UploadItem extends HTMLElement {
  #file;
  #options;
  #key = uploadKey();
  #upload = null;
  #stopped = false;

  connectedCallback() {
    this.#button("stop").addEventListener("click", () => (this.#review ? this.#ask("cancellation") : this.#stop()));
    this.#button("again").addEventListener("click", () => (this.#review ? this.#ask("retry") : this.#ready()));
  }

  begin(file, options) {
    this.#file = file;
    this.#options = options;
    fill(this, "name", file.name);
    slot(this, "bar").setAttribute("aria-label", `Upload of ${file.name}`);
    this.#button("stop").setAttribute("aria-label", `Cancel the upload of ${file.name}`);
    if (file.size > options.maxMegabytes * 1024 * 1024) {
      this.#fail(new Error(`It is larger than ${options.maxMegabytes} MB. Split it and try again.`));
    } else {
      this.#ready();
    }
  }

  // Called by the form when it is this file's turn.
  async send() {
    if (this.#stopped) return;
    this.#upload = new FileUpload();
    try {
      const onProgress = (loaded, total) => this.#progress(loaded, total);
      this.#accepted(await this.#upload.send(this.#options.url, this.#options.fields, { key: this.#key, onProgress }));
    } catch (error) {
      this.#fail(error);
    }
  }

  #ready() {
    this.#stopped = false;
    fill(this, "words", "Waiting to be sent");
    fill(this, "error", "", { optional: true });
    this.#offer("stop");
    slot(this, "bar").hidden = false;
    this.dispatchEvent(new Event("upload-ready", { bubbles: true }));
  }

  #stop() {
    this.#stopped = true;
    this.#upload?.stop();
    if (!this.#upload) this.#fail(Object.assign(new Error("Stopped before it was sent."), { again: true }));
  }

  #progress(loaded, total) {
    slot(this, "bar").value = (100 * loaded) / total;
    fill(this, "words", loaded < total ? `Sending, ${Math.floor((100 * loaded) / total)} %` : "Sent, being checked");
  }

  #accepted({ task_id: id, links }) {
    announce(`${this.#file.name} was received.`);
    if (this.#options.opensReview) return location.assign(links.review);
    this.dataset.review = id;
    this.#button("stop").setAttribute("aria-label", `Cancel the review of ${this.#file.name}`);
    slot(this, "name").href = links.review;
    slot(this, "bar").value = 0;
    slot(this, "bar").setAttribute("aria-label", `Progress of ${this.#file.name}`);
    fill(this, "words", "Queued");
    ownReviews.addEventListener("review", (event) => event.detail.task_id === id && this.#reviewed(event.detail));
    ownReviews.watch([id]);
  }

  #reviewed({ state, progress, counts, error }) {
    const found = state === "SUCCESS" && counts ? ` · ${countsWords(counts)}` : "";
    fill(this, "words", progressWords(state, progress) + found);
    slot(this, "bar").value = progress.percent ?? 0;
    slot(this, "bar").hidden = isFinal(state);
    fill(this, "error", "", { optional: true });
    this.#offer(isFinal(state) ? state !== "SUCCESS" && "again" : "stop");
    if (state === "FAILURE") this.#showError(error);
  }

  // The stream says what came of it, and offers what can be done then.
  async #ask(deed) {
    this.#offer(null);
    try {
      await fetchJson(servicePath(`reviews/${this.#review}/${deed}`), { method: "POST" });
      ownReviews.watch([this.#review]);
    } catch (error) {
      fill(this, "error", error.message, { optional: true });
      this.#offer(deed === "retry" ? "again" : "stop");
    }
  }

  // The stream of all reviews leaves out why one failed; its status says so.
  async #showError(error) {
    const said = error ?? (await this.#askForError());
    fill(this, "error", said ? wordsOf({ title: said.message, ...said }) : "Its page says why.", { optional: true });
  }

  async #askForError() {
    const asked = fetchJson(servicePath(`status/${this.#review}`));
    return asked.then((status) => status.error).catch(() => null);
  }

  #fail(error) {
    this.#upload = null;
    fill(this, "words", "Not uploaded");
    fill(this, "error", error.message, { optional: true });
    slot(this, "bar").hidden = true;
    this.#offer(error.again && "again");
    announce(`${this.#file.name} was not uploaded. ${error.message}`);
  }

  #offer(action) {
    for (const each of ["stop", "again"]) this.#button(each).hidden = each !== action;
  }

  get #review() {
    return this.dataset.review;
  }

  #button(action) {
    return this.querySelector(`[data-action="${action}"]`);
  }
}

customElements.define("upload-item", UploadItem);
