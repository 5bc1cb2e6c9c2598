// Brings words of the document into sight by where they stand in its text, in code points.

const NAME = "quoted";

export function showWords(start, end) {
  const range = rangeOf(start, end);
  if (!range) return false;
  globalThis.CSS.highlights?.set(NAME, new Highlight(range));
  const line = lineAt(start);
  line.scrollIntoView({ block: "center" });
  line.tabIndex = -1;
  line.focus({ preventScroll: true });
  return true;
}

function rangeOf(start, end) {
  const first = pointAt(start);
  const last = pointAt(end - 1);
  if (!first || !last) return null;
  const range = document.createRange();
  range.setStart(first.node, first.offset);
  range.setEnd(last.node, last.offset + 1);
  return range;
}

// The last line that begins at or before a place.
function lineAt(place) {
  const lines = document.querySelectorAll("document-text article [data-at]");
  let found = null;
  for (const line of lines) {
    if (Number(line.dataset.at) > place) break;
    found = line;
  }
  return found;
}

function pointAt(place) {
  const line = lineAt(place);
  if (!line) return null;
  let left = place - Number(line.dataset.at);
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT, (node) =>
    // Numbers that the author's scheme counts are shown, and are no part of the text.
    node.parentElement.closest(".number") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const characters = [...node.data];
    if (left < characters.length) return { node, offset: characters.slice(0, left).join("").length };
    left -= characters.length;
  }
  return null;
}
