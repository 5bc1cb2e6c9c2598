"""Reviews made by hand, whose findings stand where a test wants them."""

import hashlib
from collections.abc import Iterable

import msgspec

from ai_prism.core.drafts import Looked, compared
from ai_prism.core.model import (
    Anchor,
    Document,
    Finding,
    FindingKind,
    Fix,
    Level,
    PlaybookUsed,
    Receipt,
    Review,
    Risk,
)
from ai_prism.core.subject import Subject

RECEIPT = Receipt(
    ai_prism="0",
    python="3",
    playbook_sha256="0" * 64,
    reviewer="none",
    started_at="2026-05-04T10:00:00+00:00",
    seconds={},
    rules_run=1,
)


def anchor_of(document: Document, start: int, end: int) -> Anchor:
    text = document.text
    return Anchor(
        start=start,
        end=end,
        quote=text[start:end],
        prefix=text[max(0, start - 30) : start],
        suffix=text[end : end + 30],
    )


def a_finding(number: int, *anchors: Anchor, fixes: Iterable[Fix] = (), **changes) -> Finding:
    made = hashlib.sha256(f"finding {number}".encode()).hexdigest()
    facts = {
        "id": made[:12],
        "fingerprint": made,
        "rule_id": f"rule-{number}",
        "rule_version": 1,
        "kind": FindingKind.PROBLEM if anchors else FindingKind.MISSING,
        "category": "test",
        "severity": list(Level)[number % 3],
        "confidence": 1.0,
        "title": f"Title {number}",
        "message": f"Message {number}.",
        "why": f"Reason {number}.",
        "suggestion": f"Suggestion {number}.",
        "anchors": anchors,
        "fixes": tuple(fixes),
        "occurrences": max(1, len(anchors)),
    }
    return Finding(**{**facts, **changes})


def a_review(document: Document, *findings: Finding) -> Review:
    return Review(
        document=document,
        playbook=PlaybookUsed(name="test", version="1"),
        sections=(),
        findings=findings,
        risk=Risk(level=Level.LOW, score=7),
        coverage=document.coverage,
        problems=(),
        receipt=RECEIPT,
    )


def beside(earlier: Review, alone: Review) -> Review:
    """Return the review of a draft, made *alone*, as it is beside the *earlier* one."""
    every = (*earlier.findings, *alone.findings)
    looked = Looked(rules={f.rule_id: f.rule_version for f in every}, reviewer="none")
    subject = Subject(alone.document, alone.sections)
    findings, comparison = compared(subject, alone.findings, earlier, looked)
    return msgspec.structs.replace(alone, findings=findings, comparison=comparison)
