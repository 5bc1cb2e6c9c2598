// <upload-form>: drop zone and picker; each chosen file becomes an <upload-item>.

// Browsers keep six connections to a host, and the rest of the page wants some of them.
const AT_ONCE = 3;

class UploadForm extends HTMLElement {
  #waiting = [];
  #sending = 0;

  connectedCallback() {
    this.#input.multiple = true;
    this.#input.addEventListener("change", () => this.#chosen());
    this.addEventListener("upload-ready", (event) => this.#queue(event.target));
    // The whole page takes drops: beside the zone the browser would open the file instead.
    document.addEventListener("dragover", (event) => this.#over(event));
    document.addEventListener("dragleave", (event) => this.#left(event));
    document.addEventListener("drop", (event) => this.#dropped(event));
    // On a slow line somebody may have chosen before this script was there.
    customElements.whenDefined("upload-item").then(() => this.#input.files.length && this.#chosen());
  }

  #chosen() {
    this.#addAll([...this.#input.files]);
    this.#input.value = "";
  }

  #over(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.#zone.classList.add("is-over");
  }

  #left(event) {
    if (!event.relatedTarget) this.#zone.classList.remove("is-over");
  }

  #dropped(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.#zone.classList.remove("is-over");
    this.#addAll([...event.dataTransfer.files]);
  }

  // A single document is opened as soon as it is there; several stay together on this page.
  #addAll(files) {
    const alone = files.length === 1 && !this.#waiting.length && !this.#sending;
    for (const file of files) this.#add(file, alone);
  }

  #add(file, alone) {
    const copy = this.querySelector("template").content.cloneNode(true);
    const item = copy.querySelector("upload-item");
    this.#list.hidden = false;
    this.#list.append(copy);
    const form = this.querySelector("form");
    item.begin(file, {
      url: form.action,
      fields: { ...Object.fromEntries(new FormData(form)), document: file },
      maxMegabytes: Number(this.dataset.maxMegabytes),
      opensReview: alone,
    });
  }

  #queue(item) {
    this.#waiting.push(item);
    this.#next();
  }

  async #next() {
    if (this.#sending >= AT_ONCE || !this.#waiting.length) return;
    this.#sending += 1;
    await this.#waiting.shift().send();
    this.#sending -= 1;
    this.#next();
  }

  get #input() {
    return this.querySelector("input[type=file]");
  }

  get #zone() {
    return this.querySelector(".drop-zone");
  }

  get #list() {
    return this.querySelector(".uploads");
  }
}

customElements.define("upload-form", UploadForm);
