// <local-time>: shows a time, written in UTC by the server, as the clock on the reader's wall does.

class LocalTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const when = new Date(time.dateTime);
    time.title = time.textContent;
    time.textContent = when.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  }
}

customElements.define("local-time", LocalTime);
