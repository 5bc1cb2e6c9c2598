"""What the comments say: a finding where it stands, and at the top what has no place."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ai_prism.core import signature
from ai_prism.core.exporters import wording
from ai_prism.core.model import Anchor, Decision, Finding, Review

#: Word takes ids of paragraphs below this.
_PARAGRAPH_IDS: Final = 0x80000000


class Remark(NamedTuple):
    """One comment: its paragraphs, the first of them bold."""

    key: str  #: what it is about, for ids that stay the same
    lines: tuple[str, ...]
    anchor: Anchor | None = None  #: None: it stands at the top
    is_done: bool = False  #: whether it is shown as resolved

    @property
    def finding(self) -> str:
        """The id of the finding that it tells."""
        return self.key.partition("/")[0]

    def on(self, quote: str) -> "Remark":
        """Return the remark with the words it is about, where it cannot stand on just those."""
        return self._replace(lines=(self.lines[0], f"On: “{quote}”", *self.lines[1:]))


def of_findings(review: Review) -> Iterator[Remark]:
    """Yield a remark for each place of each finding; the first place tells the whole finding."""
    for finding in review.findings:
        for number, anchor in enumerate(finding.anchors, start=1):
            lines = _told(finding) if number == 1 else _told_again(finding, number)
            yield Remark(
                key=f"{finding.id}/{number}",
                lines=(*lines, signature.line(finding.rule_id, finding.id, number)),
                anchor=anchor,
                is_done=finding.decision is Decision.REJECTED,
            )


def at_the_top(review: Review, whole: Review, placeless: Sequence[Finding]) -> Remark:
    """Return what is said of the document as a whole.

    Args:
        review: the review with the findings that this copy carries.
        whole: the review with all of them.
        placeless: the findings that stand nowhere in the text.
    """
    lines = [
        f"{signature.SIGNATURE}: {review.risk.level.value} risk, {review.risk.score} of 100",
        wording.verdict(whole),
        _carried(review, whole),
    ]
    if since := wording.since(whole):
        lines.append(since)
    for finding in placeless:
        lines += (*_told(finding), signature.line(finding.rule_id, finding.id))
    if review.findings:
        lines.append(signature.carried(finding.id for finding in review.findings))
    if whole.receipt.remarks_offered or whole.receipt.sent:
        lines.append(f"Reviewer: {wording.reviewer(whole.receipt)}")
    if unseen := wording.unseen(review):
        lines += ("Not read or not checked:", *unseen)
    return Remark(key="the document", lines=tuple(lines))


def paragraph_id(review: Review, key: str, line: int) -> str:
    """Return the id of a comment's paragraph: the same for the same review."""
    words = f"{review.document.sha256}/{key}/{line}".encode()
    number = int.from_bytes(hashlib.sha256(words).digest()[:4], "big") % (_PARAGRAPH_IDS - 1)
    return f"{number + 1:08X}"


def _carried(review: Review, whole: Review) -> str:
    """Say which findings of the *whole* review this copy carries."""
    carried, all_of_them = len(review.findings), len(whole.findings)
    if all(finding.decision is Decision.OPEN for finding in whole.findings):
        return f"Nothing has been decided yet: this copy carries {carried} of {all_of_them}."
    words = sorted({finding.decision.value for finding in review.findings})
    return f"This copy carries {carried} of {all_of_them}: {', '.join(words) or 'none'}."


def _told(finding: Finding) -> Iterator[str]:
    yield f"{finding.severity.value.capitalize()}: {finding.title}"
    yield finding.message
    yield f"Why: {finding.why}"
    yield f"Suggestion: {finding.suggestion}"
    for quote in wording.quotes(finding.related):
        yield f"Against: “{quote}”"
    if finding.occurrences > 1:
        yield f"It stands in {finding.occurrences} places; {len(finding.anchors)} are marked."
    if decision := wording.decision(finding):
        yield decision


def _told_again(finding: Finding, number: int) -> Iterator[str]:
    yield f"{finding.severity.value.capitalize()}: {finding.title}"
    yield f"Place {number} of {len(finding.anchors)}; the first place says why."
