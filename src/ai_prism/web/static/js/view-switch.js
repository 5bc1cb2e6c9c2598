// <view-switch>: from the text of the document to its pages and back, to the same place.

class ViewSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.#clicked(event));
  }

  // Turns to the view that is not shown.
  go(link = this.querySelector("a:not([aria-current])")) {
    const address = new URL(location.href);
    address.searchParams.delete("view");
    if (link.dataset.view) address.searchParams.set("view", link.dataset.view);
    if (!address.hash.startsWith("#f-")) address.hash = pageInSight() ?? "";
    location.assign(address);
  }

  #clicked(event) {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.go(link);
  }
}

// The last page that has begun above the middle of the window.
function pageInSight() {
  const begun = [...document.querySelectorAll(".reading [id^=page-]")].filter(
    (page) => page.getBoundingClientRect().top < innerHeight / 2,
  );
  return begun.length > 1 ? begun.at(-1).id : null; // on the first one there is nothing to find again
}

customElements.define("view-switch", ViewSwitch);
