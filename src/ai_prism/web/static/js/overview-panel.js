// Brings verdict, outline and register to what was decided: the server draws them anew.

import { fetchPart } from "./service.js";

const PAUSE_MS = 150; // several decisions in a row need one look

let pause = 0;

export function refreshOverview(main) {
  clearTimeout(pause);
  pause = setTimeout(() => refresh(main), PAUSE_MS);
}

async function refresh(main) {
  const fresh = await fetchPart(`reviews/${main.dataset.review}/overview`).catch(() => null);
  if (!fresh || !main.isConnected) return; // what is shown is as old as before; the next one brings it
  replace(main, fresh, ".verdict");
  replace(main, fresh, ".register");
  // The outline keeps its place and its links; only its marks change.
  const marks = new Map([...fresh.querySelectorAll("section-outline li")].map((line) => [line.firstElementChild.hash, line]));
  for (const line of main.querySelectorAll("section-outline li")) {
    const now = marks.get(line.firstElementChild.hash);
    if (!now || now.dataset.severity === line.dataset.severity) continue;
    line.dataset.severity = now.dataset.severity;
    line.replaceChildren(line.firstElementChild, ...[...now.children].slice(1));
  }
}

function replace(main, fresh, selector) {
  const old = main.querySelector(selector);
  const now = fresh.querySelector(selector);
  if (!old || !now) return old?.remove();
  const open = [...old.querySelectorAll("details")].map((details) => details.open);
  now.querySelectorAll("details").forEach((details, place) => (details.open = open[place] ?? false));
  // What stands above the reader must not push the words away.
  const before = old.offsetHeight;
  const isAbove = old.getBoundingClientRect().bottom < 0;
  old.replaceWith(document.adoptNode(now));
  if (isAbove) scrollBy(0, now.offsetHeight - before);
}
