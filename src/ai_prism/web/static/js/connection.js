// Says on the page whether the connection to the service stands.

import { announce } from "./announce.js";

const notice = document.getElementById("connection");

export function showConnection(stands) {
  notice.hidden = stands;
  announce(stands ? "Connection regained." : notice.textContent);
}
