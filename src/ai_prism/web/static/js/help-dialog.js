// <help-dialog>: what the keys do and what the words mean; opens over the page.

class HelpDialog extends HTMLElement {
  show() {
    const dialog = this.querySelector("dialog");
    if (!dialog.open) dialog.showModal();
  }
}

customElements.define("help-dialog", HelpDialog);
