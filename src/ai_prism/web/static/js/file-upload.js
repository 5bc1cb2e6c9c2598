// Sends one file and tells how far it is. Knows no page. fetch() cannot report upload progress.

import { wordsOf } from "./service.js";

export class FileUpload {
  #request = new XMLHttpRequest();

  // Resolves with the service's answer; rejects with an Error whose message is for people, and
  // whose `again` says whether sending the same file once more can help.
  send(url, fields, { key, onProgress }) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);

    return new Promise((resolve, reject) => {
      this.#request.open("POST", url);
      this.#request.setRequestHeader("Accept", "application/json");
      this.#request.setRequestHeader("Idempotency-Key", key);
      this.#request.responseType = "json";
      this.#request.upload.onprogress = (event) => onProgress(event.loaded, event.total);
      this.#request.onload = () => this.#finish(resolve, reject);
      this.#request.onerror = () => reject(failure("The connection broke while it was sent.", true));
      this.#request.onabort = () => reject(failure("Stopped before it was sent.", true));
      this.#request.send(form);
    });
  }

  stop() {
    this.#request.abort();
  }

  #finish(resolve, reject) {
    const { status, response } = this.#request;
    if (status >= 200 && status < 300 && response?.task_id) return resolve(response);
    const again = status >= 500 || status === 429;
    reject(failure(response ? wordsOf(response) : `The service answered ${status}.`, again));
  }
}

// crypto.randomUUID() is missing where the page is served without TLS.
export function uploadKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function failure(message, again) {
  return Object.assign(new Error(message), { again });
}
