// What is decided on the findings of one review: sent at once, taken back, heard of from elsewhere.
//
// Emits `findings-changed` on <main> with what the service says has changed since the version that
// the page shows, whoever changed it.

import { showNotSaved } from "./connection.js";
import { ownReviews } from "./own-reviews.js";
import { fetchJson, servicePath } from "./service.js";

export class ReviewDecisions {
  #main;
  #path;
  #version;
  #done = []; // what undo takes back, the latest last
  #turn = Promise.resolve();
  #heard = (event) => this.#followUp(event.detail);

  constructor(main) {
    this.#main = main;
    this.#path = servicePath(`reviews/${main.dataset.review}/findings`);
    this.#version = Number(main.dataset.version);
  }

  follow() {
    ownReviews.addEventListener("review", this.#heard);
    ownReviews.follow(this.#main.dataset.review);
  }

  leave() {
    ownReviews.removeEventListener("review", this.#heard);
  }

  // `before` is what the page shows of the findings now: { id, decision, reason, suggestion }.
  decide(before, ruling) {
    const ids = before.map(({ id }) => id);
    const send = () => (ids.length === 1 ? this.#one(ids[0], ruling) : this.#several({ findings: ids, ...ruling }));
    return this.#inTurn(() => this.#remember(before, send));
  }

  decideRule(rule, before, ruling) {
    return this.#inTurn(() => this.#remember(before, () => this.#several({ rule, ...ruling })));
  }

  undo() {
    return this.#inTurn(() => this.#takeBack());
  }

  // Whoever is quick with the keys sends several: they are to arrive in the order they were made.
  #inTurn(act) {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {}); // whoever asked for it is told
    return done;
  }

  async #remember(before, send) {
    const isDone = await send();
    if (isDone) this.#done.push(before);
    return isDone;
  }

  async #takeBack() {
    const before = this.#done.pop();
    if (!before) return null;
    const open = before.filter(({ decision }) => decision === "open").map(({ id }) => id);
    if (open.length) await this.#several({ findings: open, decision: "open" });
    for (const { id, ...ruling } of before) if (ruling.decision !== "open") await this.#one(id, ruling);
    return before[0].id;
  }

  async add(remark) {
    const changed = await this.#send("POST", this.#path, remark);
    this.#tell(changed);
  }

  #one(id, ruling) {
    return this.#change(`${this.#path}/${encodeURIComponent(id)}`, ruling);
  }

  #several(body) {
    return this.#change(this.#path, body);
  }

  async #change(path, body) {
    try {
      this.#tell(await this.#send("PATCH", path, body));
      return true;
    } catch (error) {
      showNotSaved(error.message);
      return false;
    }
  }

  #send(method, path, body) {
    return fetchJson(path, { method, body: JSON.stringify(body) });
  }

  async #followUp({ task_id: id, version }) {
    if (id === this.#main.dataset.review && version > this.#version) await this.#catchUp();
  }

  async #catchUp() {
    const changed = await fetchJson(`${this.#path}?since=${this.#version}`).catch(() => null);
    if (changed) this.#show(changed); // else the next word of the service brings it
  }

  // Answers may overtake each other, and another tab may have decided between two of them.
  #tell(changed) {
    if (changed.version <= this.#version) return;
    if (changed.version > this.#version + 1) this.#catchUp();
    else this.#show(changed);
  }

  #show(changed) {
    if (changed.version <= this.#version) return;
    this.#version = changed.version;
    this.#main.dispatchEvent(new CustomEvent("findings-changed", { detail: changed }));
  }
}
