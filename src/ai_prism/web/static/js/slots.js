// Fills the marked places of a piece of markup that the server wrote.

export function slot(root, name) {
  return root.querySelector(`[data-slot="${name}"]`);
}

// Puts text into a slot; a slot that may be empty is hidden while it is.
export function fill(root, name, text, { optional = false } = {}) {
  const place = slot(root, name);
  if (place.textContent !== text) place.textContent = text;
  if (optional) place.hidden = !text;
}
