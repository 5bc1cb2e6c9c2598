// <document-text>: the text with its marks; shows those of the selected finding.

class DocumentText extends HTMLElement {
  #byFinding = new Map();
  #selected = [];

  connectedCallback() {
    this.#byFinding.clear();
    for (const mark of this.querySelectorAll(".mark")) {
      for (const id of mark.dataset.findings.split(" ")) {
        if (!this.#byFinding.has(id)) this.#byFinding.set(id, []);
        this.#byFinding.get(id).push(mark);
      }
    }
  }

  // The marks of a finding, in the order of the text.
  marks(finding) {
    return this.#byFinding.get(finding) ?? [];
  }

  // Where the words of a finding begin; conflicting places may stand before them.
  place(finding) {
    let begin = document.getElementById(`m-${finding}`);
    while (begin && !begin.matches(".mark")) begin = begin.nextElementSibling;
    return begin;
  }

  // Marks that only speak of findings that are out (rejected, or not asked for) are not painted.
  fade(out) {
    for (const mark of this.querySelectorAll(".mark")) {
      mark.classList.toggle("is-out", mark.dataset.findings.split(" ").every((id) => out.has(id)));
    }
  }

  select(finding) {
    for (const mark of this.#selected) mark.classList.remove("is-selected");
    this.#selected = this.marks(finding);
    for (const mark of this.#selected) mark.classList.add("is-selected");
  }
}

customElements.define("document-text", DocumentText);
