"""A review as a table for spreadsheets: a row for each place of each finding."""

import csv
import io
from collections.abc import Iterator
from typing import Final, TypeAlias

from ai_prism.core.exporters import wording
from ai_prism.core.model import Anchor, Finding, Review, Section

_Row: TypeAlias = dict[str, str | int | float]

COLUMNS: Final = (
    "row", "finding", "severity", "decision", "title", "message", "why", "suggestion", "section",
    "page", "start", "end", "quote", "rule", "category", "kind", "confidence", "fingerprint",
    "baseline", "reason",
)  # fmt: skip
#: A spreadsheet would take a cell that begins so for a formula, and work it out.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def export(review: Review) -> bytes:
    """Return *review* as comma-separated values, in the UTF-8 that spreadsheets recognise."""
    made = io.StringIO()
    writer = csv.DictWriter(made, COLUMNS, restval="", quoting=csv.QUOTE_MINIMAL)
    writer.writeheader()
    for row in _rows(review):
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return made.getvalue().encode("utf-8-sig")


def _rows(review: Review) -> Iterator[_Row]:
    risk = f"Risk: {review.risk.level.value}, {review.risk.score} of 100"
    yield {"row": "review", "title": review.document.name, "message": wording.verdict(review)}
    if since := wording.since(review):
        yield {"row": "review", "title": "Drafts", "message": since}
    yield {"row": "review", "title": risk, "message": f"Playbook {review.playbook.name}"}
    sections = {section.id: section for section in review.sections}
    for finding in review.findings:
        for anchor in finding.anchors or (None,):
            yield _of_finding(finding, anchor, sections)
    for one in review.comparison.departed if review.comparison else ():
        anchor = next(iter(one.finding.anchors), None)
        yield _of_finding(one.finding, None, {}) | {
            "row": "earlier finding",
            "quote": anchor.quote if anchor else "",
            "baseline": one.fate.value,
            "message": one.why,
        }
    for sentence in wording.unseen(review):
        yield {"row": "not read or checked", "message": sentence}


def _of_finding(finding: Finding, anchor: Anchor | None, sections: dict[str, Section]) -> _Row:
    section = sections.get(finding.section_id or "")
    row: _Row = {
        "row": "finding",
        "finding": finding.id,
        "severity": finding.severity.value,
        "decision": finding.decision.value,
        "title": finding.title,
        "message": finding.message,
        "why": finding.why,
        "suggestion": finding.suggestion,
        "section": wording.heading(section) if section else "",
        "rule": finding.rule_id,
        "category": finding.category,
        "kind": finding.kind.value,
        "confidence": finding.confidence,
        "fingerprint": finding.fingerprint,
        "baseline": finding.baseline.value,
        "reason": finding.reason,
    }
    if anchor:
        row |= {"start": anchor.start, "end": anchor.end, "quote": anchor.quote}
        row |= {"page": anchor.page} if anchor.page is not None else {}
    return row


def _cell(value: str | float) -> str | float:
    if not isinstance(value, str):
        return value
    shown = wording.one_line(value)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
