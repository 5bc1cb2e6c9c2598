// <undo-notice data-seconds>: offers to bring a deleted review back as long as that can be done.

class UndoNotice extends HTMLElement {
  #end = 0;
  #timer = 0;

  connectedCallback() {
    this.#end = performance.now() + 1000 * Number(this.dataset.seconds);
    this.#timer = setInterval(() => this.#tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #tick() {
    const seconds = Math.ceil((this.#end - performance.now()) / 1000);
    if (seconds > 0) this.querySelector(".soft").textContent = `possible for ${seconds} s`;
    else this.remove();
  }
}

customElements.define("undo-notice", UndoNotice);
