// Puts the page of a finished review in the place of the live one, without moving what one reads.

import { fetchPage } from "./service.js";

export async function showFinishedReview() {
  const main = document.getElementById("main");
  let finished;
  try {
    const page = await fetchPage();
    finished = document.adoptNode(page.getElementById("main"));
    document.title = page.title;
  } catch {
    // Whatever went wrong, the browser shows it better than we could.
    return location.reload();
  }
  const reading = cardBeingRead(main);
  const focused = main.contains(document.activeElement) ? document.activeElement.closest("[id]") : null;
  main.replaceWith(finished);
  if (focused) (document.getElementById(focused.id) ?? finished).focus({ preventScroll: true });
  if (reading) requestAnimationFrame(() => keepInPlace(reading)); // once the cards have their places
}

function cardBeingRead(main) {
  if (window.scrollY === 0) return null;
  const cards = [...main.querySelectorAll(".finding")];
  const card = cards.find((candidate) => candidate.getBoundingClientRect().top >= 0) ?? cards.at(-1);
  return card ? { id: card.id, top: card.getBoundingClientRect().top } : null;
}

// The cards have another order now, and on a wide screen each stands beside its words.
function keepInPlace({ id, top }) {
  const card = document.getElementById(id);
  if (!card) return;
  const words = card.closest(".with-margin") && document.getElementById(card.querySelector("h3 a").hash.slice(1));
  if (words) return words.scrollIntoView({ block: "center" });
  scrollBy(0, card.getBoundingClientRect().top - top);
  card.scrollIntoView({ block: "nearest" });
}
