// What the buttons and keys of a card do: decide, take back, give a reason, edit the suggestion.

import { decisionOf } from "./finding-card.js";

export class Deciding {
  #list;
  #decisions;

  constructor(list, decisions) {
    this.#list = list;
    this.#decisions = decisions;
  }

  // Returns whether the click was meant for a decision.
  clicked(target) {
    const button = target.closest("[data-do]");
    const card = target.closest(".finding");
    const act = button && card && this.#actions[button.dataset.do];
    if (act) act(card);
    return Boolean(act);
  }

  accept = (card) => this.#decisions.decide([decisionOf(card)], { decision: "accepted" });

  reject = (card) => this.#decisions.decide([decisionOf(card)], { decision: "rejected" });

  open = (card) => this.#decisions.decide([decisionOf(card)], { decision: "open" });

  rejectWithReason = (card) => {
    const field = this.#ask(card, "reject-form", (reason) =>
      this.#decisions.decide([decisionOf(card)], { decision: "rejected", reason }),
    );
    field.value = card.dataset.decision === "rejected" ? card.dataset.reason : "";
  };

  edit = (card) => {
    const field = this.#ask(card, "edit-form", (suggestion) =>
      this.#decisions.decide([decisionOf(card)], { decision: "accepted", suggestion }),
    );
    field.value = decisionOf(card).suggestion;
  };

  #rule(card, decision) {
    const { rule } = card.dataset;
    const open = this.#list.cards.filter((other) => other.dataset.rule === rule && other.dataset.decision === "open");
    if (open.length) this.#decisions.decideRule(rule, open.map(decisionOf), { decision });
  }

  // A decision is saved by one press; why it was made can be said afterwards.
  #rejectAndAsk = async (card) => {
    if (await this.reject(card)) this.rejectWithReason(card);
  };

  #ask(card, name, answer) {
    this.#close(card);
    const form = this.#list.querySelector(`template.${name}`).content.cloneNode(true).querySelector("form");
    const field = form.querySelector("textarea");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      // By then another form may stand in its place, which stays.
      if ((await answer(field.value.trim())) && form.isConnected) this.#close(card, { focus: true });
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close(card, { focus: true });
      else if (event.key === "Enter" && !event.shiftKey) form.requestSubmit();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    card.querySelector(".decide").after(form);
    field.focus();
    return field;
  }

  #close(card, { focus = false } = {}) {
    card.querySelector("form.answer")?.remove();
    if (focus) card.focus({ preventScroll: true });
  }

  #actions = {
    accept: this.accept,
    reject: this.#rejectAndAsk,
    undo: this.open,
    edit: this.edit,
    close: (card) => this.#close(card, { focus: true }),
    "accept-rule": (card) => this.#rule(card, "accepted"),
    "reject-rule": (card) => this.#rule(card, "rejected"),
  };
}
