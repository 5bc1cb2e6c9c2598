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

  // The findings that speak of the words of a mark.
  findingsAt(mark) {
    return mark.dataset.findings.split(" ");
  }

  // Brings the words of a finding into sight; returns whether they stand somewhere.
  // `at` is the key of one of its places, without it the first.
  show(finding, { focus = false, at = finding } = {}) {
    const place = this.place(at);
    place?.scrollIntoView({ block: "center" });
    if (focus) place?.focus({ preventScroll: true });
    return Boolean(place);
  }

  // Where a place begins, by its key: that of the first place of a finding is its id.
  place(key) {
    let begin = document.getElementById(`m-${key}`);
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
