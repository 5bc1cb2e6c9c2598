// Says on the page whether the connection to the service stands.

import { announce } from "./announce.js";

const notice = document.getElementById("connection");

export function showConnection(stands) {
  if (notice.hidden === stands) return;
  notice.hidden = stands; // its role makes screen readers say it
  if (stands) announce("Connection regained.");
}
