// Says something to people who use a screen reader, once what they are doing allows it.

const announcer = document.getElementById("announcer");

export function announce(words) {
  announcer.textContent = words;
}
