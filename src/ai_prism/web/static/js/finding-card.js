// Fills a card of a finding. The card itself comes from the server's template.

import { fill, slot } from "./slots.js";
import { sectionName } from "./words.js";

export function fillCard(card, finding, section) {
  card.id = `f-${finding.id}`;
  Object.assign(card.dataset, {
    finding: finding.id,
    severity: finding.severity,
    kind: finding.kind,
    rule: finding.rule_id,
    section: finding.section_id ?? "",
    baseline: finding.baseline,
    pages: pages(finding).join(" "),
    start: finding.anchors[0]?.start ?? "",
  });
  for (const name of ["severity", "title", "message", "why"]) fill(card, name, finding[name]);
  fill(card, "place", place(finding, section));
  fill(card, "rule", finding.rule_id);
  fill(card, "confidence", String(Math.round(finding.confidence * 100)));
  fill(card, "engine", finding.source.engine);
  fill(card, "more", finding.occurrences > 1 ? `${finding.occurrences} places in all` : "", { optional: true });
  fill(card, "against", against(finding.related), { optional: true });
  quote(card, finding.anchors[0]);
  const home = [`m-${finding.id}`, `s-${finding.section_id}`].find((id) => document.getElementById(id));
  slot(card, "title").href = `#${home ?? card.id}`;
  fillDecision(card, finding);
}

// What a person said of it, on a card that is there.
export function fillDecision(card, { decision, reason, suggestion, carried }) {
  card.dataset.decision = decision;
  card.dataset.reason = reason;
  const said = decision[0].toUpperCase() + decision.slice(1) + (carried ? " in an earlier draft" : "");
  fill(card, "said", decision === "open" ? "" : reason ? `${said}: ${reason}` : said, { optional: true });
  fill(card, "suggestion", suggestion, { optional: true });
}

// What the card shows of its decision, in the words of the service.
export function decisionOf(card) {
  const { finding: id, decision, reason } = card.dataset;
  return { id, decision, reason, suggestion: slot(card, "suggestion").textContent };
}

function place(finding, section) {
  const { page, recognised } = finding.anchors[0] ?? {};
  const name = section ? sectionName(section) : "Whole document";
  return page ? `${name}, page ${page}${recognised ? " (recognised)" : ""}` : name;
}

function pages({ anchors, related }) {
  return [...new Set([...anchors, ...related].map((anchor) => anchor.page).filter(Boolean))];
}

// The words around a quote are cut at words.
function quote(card, anchor) {
  card.querySelector("blockquote").hidden = !anchor;
  if (!anchor) return;
  fill(card, "prefix", anchor.prefix.replace(/^\S*\s+(?=\S)/, "…"));
  fill(card, "quote", anchor.quote);
  fill(card, "suffix", anchor.suffix.replace(/(?<=\S)\s+\S*$/, "…"));
}

function against(related) {
  if (!related.length) return "";
  return `It stands against ${related.slice(0, 3).map((anchor) => `“${anchor.quote}”`).join(", ")}`;
}
