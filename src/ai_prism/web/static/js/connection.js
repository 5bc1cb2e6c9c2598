// Says on the page whether the connection to the service stands, and what could not be saved.

import { announce } from "./announce.js";

const SHOWN_MS = 8_000;

const notSaved = document.getElementById("not-saved");
let shown = 0;

export function showNotSaved(words) {
  notSaved.textContent = `Not saved: ${words}`;
  notSaved.hidden = false; // its role makes screen readers say it
  clearTimeout(shown);
  shown = setTimeout(() => (notSaved.hidden = true), SHOWN_MS);
}

const notice = document.getElementById("connection");

export function showConnection(stands) {
  if (notice.hidden === stands) return;
  notice.hidden = stands; // its role makes screen readers say it
  if (stands) announce("Connection regained.");
}
