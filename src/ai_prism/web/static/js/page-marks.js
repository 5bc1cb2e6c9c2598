// Draws over a page where the words of findings stand.

const SVG = "http://www.w3.org/2000/svg";

// A mark for each place of `page`, the gravest on top; `cardOf` finds the card of a finding.
export function marksOf(page, cardOf) {
  const rank = { low: 0, medium: 1, high: 2 };
  return page.findings
    .map((place) => ({ place, card: cardOf(place.id) }))
    .filter(({ card }) => card)
    .sort((one, other) => rank[one.card.dataset.severity] - rank[other.card.dataset.severity])
    .map(({ place, card }) => mark(place, card));
}

function mark({ id, place, boxes, related }, card) {
  const { severity } = card.dataset;
  const title = card.querySelector("h3").textContent;
  const link = element("a", {
    id: `m-${place}`,
    href: `#f-${id}`,
    class: related ? "mark related" : "mark",
    "data-findings": id,
    "data-severity": severity,
    "aria-label": related ? `Against this: ${title}` : `${severity}: ${title}`,
  });
  link.append(...boxes.map((box) => element("rect", grown(box))));
  return link;
}

// A little larger than the letters, which would touch its edges.
function grown({ x, y, width, height }) {
  const by = Math.max(1, height / 6);
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by, rx: by };
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
