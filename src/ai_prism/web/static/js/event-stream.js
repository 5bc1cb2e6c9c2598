// Events from the server that survive a bad connection.
//
// EventSource alone does not: it gives up for good on any answer but 200, and it cannot tell a dead
// connection from a quiet one. The server sends a heartbeat every 15 seconds; after 35 seconds of
// silence the stream is opened anew. Meanwhile `poll` is called, so that the page stays true.

const SILENCE_MS = 35_000;
const POLL_EVERY_MS = 2_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

export class EventStream extends EventTarget {
  #url;
  #names;
  #poll;
  #source;
  #failures = 0;
  #lost = false;
  #timers = { silence: 0, reopen: 0, poll: 0 };

  constructor(url, names, poll) {
    super();
    this.#url = url;
    this.#names = names;
    this.#poll = poll;
  }

  open() {
    this.#source?.close();
    this.#source = new EventSource(this.#url);
    this.#source.onopen = () => this.#heard();
    this.#source.onerror = () => this.#failed();
    this.#source.addEventListener("heartbeat", () => this.#heard());
    for (const name of this.#names) {
      this.#source.addEventListener(name, (event) => this.#pass(name, event.data));
    }
    this.#watch();
  }

  close() {
    this.#source?.close();
    this.#source = null;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
  }

  #pass(name, data) {
    this.#heard();
    this.dispatchEvent(new CustomEvent(name, { detail: JSON.parse(data) }));
  }

  #heard() {
    this.#failures = 0;
    this.#watch();
    if (!this.#lost) return;
    this.#lost = false;
    clearTimeout(this.#timers.poll);
    this.dispatchEvent(new Event("regained"));
  }

  #failed() {
    this.#lose();
    if (this.#source.readyState === EventSource.CLOSED) this.#reopenLater();
  }

  #watch() {
    clearTimeout(this.#timers.silence);
    this.#timers.silence = setTimeout(() => {
      this.#lose();
      this.open();
    }, SILENCE_MS);
  }

  #lose() {
    if (this.#lost) return;
    this.#lost = true;
    this.dispatchEvent(new Event("lost"));
    this.#pollWhileLost();
  }

  // The wait grows with each failure, and differs between tabs: they all lose a server at once.
  #reopenLater() {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++);
    clearTimeout(this.#timers.reopen);
    this.#timers.reopen = setTimeout(() => this.open(), longest * (0.5 + Math.random() / 2));
  }

  async #pollWhileLost() {
    try {
      await this.#poll();
    } catch (error) {
      // Signed out, perhaps in another tab: the server leads to where one signs in, and back.
      if (error.status === 401) return location.reload();
      // As lost as before, which the page already says; the next round tries again.
    }
    if (!this.#lost || !this.#source) return;
    this.#timers.poll = setTimeout(() => this.#pollWhileLost(), POLL_EVERY_MS);
  }
}
