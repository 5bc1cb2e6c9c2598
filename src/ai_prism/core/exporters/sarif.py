"""A review as SARIF 2.1.0, which code hosts and editors read.

See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. Regions count code points of
the text as it was read, which comes along as the rendered contents of the document.
"""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec

from ai_prism.core.exporters import wording
from ai_prism.core.model import (
    Anchor,
    Baseline,
    Decision,
    Fate,
    Finding,
    Fix,
    Level,
    Review,
    Section,
)

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Level.HIGH: "error", Level.MEDIUM: "warning", Level.LOW: "note"}
#: From where on the ranks of a severity begin; its confidence does the rest of the third.
_RANKS: Final = {Level.HIGH: 66.0, Level.MEDIUM: 33.0, Level.LOW: 0.0}
_BASELINES: Final = {
    Baseline.NEW: "new",
    Baseline.UNCHANGED: "unchanged",
    Baseline.FIXED: "absent",
}

_Node = dict[str, Any]


def export(review: Review) -> bytes:
    """Return *review* as a SARIF log with one run."""
    findings = [*review.findings, *_fixed(review)]
    rules = list(dict.fromkeys(finding.rule_id for finding in findings))
    sections = {section.id: section for section in review.sections}
    run = {
        "tool": {"driver": _driver(review, findings, rules)},
        "columnKind": "unicodeCodePoints",
        "artifacts": [_artifact(review)],
        "invocations": [_invocation(review)],
        "results": [_result(review, finding, rules, sections) for finding in findings],
        "properties": {
            "verdict": wording.verdict(review),
            "risk": {"level": review.risk.level.value, "score": review.risk.score},
            "playbook": {"name": review.playbook.name, "version": review.playbook.version},
            "textSha256": review.document.sha256,
        },
    }
    return msgspec.json.encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + b"\n"


def _fixed(review: Review) -> list[Finding]:
    """Return the findings of the earlier draft that were fixed, without their places.

    They are absent in the words of the standard. Where they stood is no place of this text.
    """
    gone = review.comparison.departed if review.comparison else ()
    nowhere: dict[str, Any] = {"anchors": (), "related": (), "fixes": (), "section_id": None}
    return [
        msgspec.structs.replace(one.finding, **nowhere) for one in gone if one.fate is Fate.FIXED
    ]


def _driver(review: Review, findings: Sequence[Finding], rules: Sequence[str]) -> _Node:
    first = {finding.rule_id: finding for finding in reversed(findings)}
    return {
        "name": "AI-Prism",
        "version": review.receipt.ai_prism,
        "rules": [_rule(first[rule]) for rule in rules],
    }


def _rule(finding: Finding) -> _Node:
    return {
        "id": finding.rule_id,
        "shortDescription": {"text": finding.title},
        "fullDescription": {"text": finding.why},
        "help": {"text": finding.suggestion},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"category": finding.category, "version": finding.rule_version},
    }


def _artifact(review: Review) -> _Node:
    document = review.document
    return {
        "location": _location_of(review),
        "length": document.bytes,
        "mimeType": document.media_type,
        "hashes": {"sha-256": document.sha256},
        "contents": {"rendered": {"text": document.text}},
    }


def _location_of(review: Review) -> _Node:
    return {"uri": quote(review.document.name.encode(errors="replace"), safe="/"), "index": 0}


def _invocation(review: Review) -> _Node:
    told = [(problem.code, "error") for problem in review.problems]
    told += [("not_read", "warning")] * len(review.coverage.not_read)
    notifications = [
        {"descriptor": {"id": code}, "level": level, "message": {"text": sentence}}
        for (code, level), sentence in zip(told, wording.unseen(review), strict=True)
    ]
    return {
        "executionSuccessful": True,
        "startTimeUtc": review.receipt.started_at.replace("+00:00", "Z"),
        "toolExecutionNotifications": notifications,
    }


def _result(
    review: Review, finding: Finding, rules: list[str], sections: dict[str, Section]
) -> _Node:
    section = sections.get(finding.section_id or "")
    made = {
        "ruleId": finding.rule_id,
        "ruleIndex": rules.index(finding.rule_id),
        "level": _LEVELS[finding.severity],
        "rank": round(_RANKS[finding.severity] + 34.0 * finding.confidence, 1),
        "message": {"text": f"{finding.title}. {finding.message}"},
        "locations": [_place(review, anchor, section) for anchor in finding.anchors[:1]]
        or [{"physicalLocation": {"artifactLocation": _location_of(review)}}],
        "relatedLocations": [
            _place(review, anchor, None) for anchor in (*finding.anchors[1:], *finding.related)
        ],
        "fingerprints": {"aiPrism/v1": finding.fingerprint},
        "partialFingerprints": {"aiPrism/v1": finding.fingerprint},
        "baselineState": _BASELINES[finding.baseline],
        "occurrenceCount": finding.occurrences,
        "fixes": [_fix(review, fix, finding.suggestion) for fix in finding.fixes],
        "properties": {
            "id": finding.id,
            "severity": finding.severity.value,
            "confidence": finding.confidence,
            "why": finding.why,
            "suggestion": finding.suggestion,
            "decision": finding.decision.value,
        },
    }
    if finding.decision is Decision.REJECTED:
        rejected = {"kind": "external", "status": "accepted", "justification": finding.reason}
        made["suppressions"] = [rejected]
    return made


def _place(review: Review, anchor: Anchor, section: Section | None) -> _Node:
    region = {**_region(anchor), "snippet": {"text": anchor.quote}}
    location: _Node = {
        "physicalLocation": {"artifactLocation": _location_of(review), "region": region}
    }
    if section:
        named = {"name": wording.heading(section), "kind": "section"}
        location["logicalLocations"] = [named]
    if anchor.page is not None:
        location["properties"] = {"page": anchor.page}
    return location


def _region(anchor: Anchor) -> _Node:
    return {"charOffset": anchor.start, "charLength": anchor.end - anchor.start}


def _fix(review: Review, fix: Fix, suggestion: str) -> _Node:
    replacement = {
        "deletedRegion": _region(fix.anchor),
        "insertedContent": {"text": fix.replacement},
    }
    change = {"artifactLocation": _location_of(review), "replacements": [replacement]}
    return {"description": {"text": suggestion}, "artifactChanges": [change]}
