"""A review as SARIF 2.1.0, which code hosts and editors read.

See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. Regions are lines and columns
of the file where those are sure. Else they count code points of the text as it was read, which
comes along as the rendered contents of the document.
"""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec

import ai_prism
from ai_prism.core.errors import PrismError
from ai_prism.core.exporters import wording
from ai_prism.core.exporters.order import Order
from ai_prism.core.exporters.source_lines import SourceLines
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
#: What paths are relative to; code hosts know it by this name.
_ROOT: Final = "%SRCROOT%"
_ROOT_IS: Final = "The root of the Git work tree of the document, or the working directory."

#: What of a run there is once for each document, or more often; in the order of `_log`.
_PARTS: Final = ("artifacts", "invocations", "results")

_Node = dict[str, Any]


def export(review: Review, order: Order = Order()) -> bytes:  # noqa: B008 (frozen)
    """Return *review* as a SARIF log with one run."""
    return _Run(review, order).log()


def refusal(order: Order, error: PrismError) -> bytes:
    """Return a SARIF log that says why there is no review of the document."""
    artifact = {"location": _location(order.uri)}
    notification = {
        "descriptor": {"id": error.code},
        "level": "error",
        "message": {"text": f"{error.message} {error.advice}".rstrip()},
        "locations": [{"physicalLocation": {"artifactLocation": _location(order.uri) | _FIRST}}],
    }
    invocation = {"executionSuccessful": False, "toolExecutionNotifications": [notification]}
    return _log(_driver(ai_prism.__version__, []), [artifact], [invocation], [])


def merge(reports: Sequence[bytes]) -> bytes:
    """Return a log with one run that holds the runs of all *reports*, of one document each.

    One and not several: code hosts refuse a log with more than one run of a tool.
    """
    runs = [msgspec.json.decode(report)["runs"][0] for report in reports]
    rules: dict[str, _Node] = {}
    for run in runs:
        for rule in run["tool"]["driver"]["rules"]:
            rules.setdefault(rule["id"], rule)
    numbers = {rule: number for number, rule in enumerate(rules)}
    for index, run in enumerate(runs):
        _renumber(run, index)
        for result in run["results"]:
            result["ruleIndex"] = numbers[result["ruleId"]]
    return _log(
        _driver(ai_prism.__version__, list(rules.values())),
        *([node for run in runs for node in run[part]] for part in _PARTS),
    )


def _renumber(node: object, index: int) -> None:
    """Have every location of an artifact below *node* name the artifact with this *index*."""
    if isinstance(node, dict):
        if isinstance(location := node.get("artifactLocation"), dict):
            location["index"] = index
        for value in node.values():
            _renumber(value, index)
    elif isinstance(node, list):
        for value in node:
            _renumber(value, index)


def _log(
    driver: _Node,
    artifacts: Sequence[_Node],
    invocations: Sequence[_Node],
    results: Sequence[_Node],
) -> bytes:
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": _ROOT_IS}}},
        "artifacts": artifacts,
        "invocations": invocations,
        "results": results,
    }
    return msgspec.json.encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + b"\n"


def _driver(version: str, rules: Sequence[_Node]) -> _Node:
    return {"name": "AI-Prism", "version": version, "rules": list(rules)}


def _location(uri: str) -> _Node:
    """Return the location of the file that *uri* names; a relative one counts from the root."""
    return {"uri": uri} if ":" in uri.partition("/")[0] else {"uri": uri, "uriBaseId": _ROOT}


#: A log of one document names it by this number.
_FIRST: Final = {"index": 0}


def _fixed(review: Review) -> list[Finding]:
    """Return the findings of the earlier draft that were fixed, without their places.

    They are absent in the words of the standard. Where they stood is no place of this text.
    """
    gone = review.comparison.departed if review.comparison else ()
    nowhere: dict[str, Any] = {"anchors": (), "related": (), "fixes": (), "section_id": None}
    return [
        msgspec.structs.replace(one.finding, **nowhere) for one in gone if one.fate is Fate.FIXED
    ]


def _rule(finding: Finding) -> _Node:
    return {
        "id": finding.rule_id,
        "shortDescription": {"text": finding.title},
        "fullDescription": {"text": finding.why},
        "help": {"text": finding.suggestion},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"category": finding.category, "version": finding.rule_version},
    }


class _Run:
    """The run over one document."""

    def __init__(self, review: Review, order: Order) -> None:
        self._review = review
        name = quote(review.document.name.encode(errors="replace"), safe="/")
        self._location = _location(order.uri or name)
        self._lines = SourceLines.of(review.document, order.original)
        self._sections = {section.id: section for section in review.sections}
        self._findings = [*review.findings, *_fixed(review)]
        first = {finding.rule_id: finding for finding in reversed(self._findings)}
        self._rules = list(dict.fromkeys(finding.rule_id for finding in self._findings))
        self._driver = _driver(review.receipt.ai_prism, [_rule(first[r]) for r in self._rules])

    def log(self) -> bytes:
        results = [self._result(finding) for finding in self._findings]
        return _log(self._driver, [self._artifact()], [self._invocation()], results)

    def _artifact(self) -> _Node:
        review, document = self._review, self._review.document
        return {
            "location": self._location,
            "length": document.bytes,
            "mimeType": document.media_type,
            "hashes": {"sha-256": document.sha256},
            "contents": {"rendered": {"text": document.text}},
            "properties": {
                "verdict": wording.verdict(review),
                "risk": {"level": review.risk.level.value, "score": review.risk.score},
                "playbook": {"name": review.playbook.name, "version": review.playbook.version},
            },
        }

    def _invocation(self) -> _Node:
        review = self._review
        told = [(problem.code, "error") for problem in review.problems]
        told += [("not_read", "warning")] * len(review.coverage.not_read)
        place = {"physicalLocation": {"artifactLocation": self._location | _FIRST}}
        notifications = [
            {
                "descriptor": {"id": code},
                "level": level,
                "message": {"text": sentence},
                "locations": [place],
            }
            for (code, level), sentence in zip(told, wording.unseen(review), strict=True)
        ]
        return {
            "executionSuccessful": True,
            "startTimeUtc": review.receipt.started_at.replace("+00:00", "Z"),
            "toolExecutionNotifications": notifications,
        }

    def _result(self, finding: Finding) -> _Node:
        section = self._sections.get(finding.section_id or "")
        others = (*finding.anchors[1:], *finding.related)
        made = {
            "ruleId": finding.rule_id,
            "ruleIndex": self._rules.index(finding.rule_id),
            "level": _LEVELS[finding.severity],
            "rank": round(_RANKS[finding.severity] + 34.0 * finding.confidence, 1),
            "message": {"text": f"{finding.title}. {finding.message}"},
            "locations": [self._place(anchor, section) for anchor in finding.anchors[:1]]
            or [{"physicalLocation": {"artifactLocation": self._location | _FIRST}}],
            "relatedLocations": [self._place(anchor, None) for anchor in others],
            "fingerprints": {"aiPrism/v1": finding.fingerprint},
            "partialFingerprints": {"aiPrism/v1": finding.fingerprint},
            "baselineState": _BASELINES[finding.baseline],
            "occurrenceCount": finding.occurrences,
            "fixes": [self._fix(fix, finding.suggestion) for fix in finding.fixes],
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

    def _place(self, anchor: Anchor, section: Section | None) -> _Node:
        region = {**self._region(anchor), "snippet": {"text": anchor.quote}}
        location: _Node = {
            "physicalLocation": {"artifactLocation": self._location | _FIRST, "region": region}
        }
        if section:
            named = {"name": wording.heading(section), "kind": "section"}
            location["logicalLocations"] = [named]
        if anchor.page is not None:
            location["properties"] = {"page": anchor.page}
        return location

    def _region(self, anchor: Anchor) -> _Node:
        lines = self._lines.region(anchor) if self._lines else None
        if lines is None:
            return {"charOffset": anchor.start, "charLength": anchor.end - anchor.start}
        return {
            "startLine": lines.start_line,
            "startColumn": lines.start_column,
            "endLine": lines.end_line,
            "endColumn": lines.end_column,
        }

    def _fix(self, fix: Fix, suggestion: str) -> _Node:
        replacement = {
            "deletedRegion": self._region(fix.anchor),
            "insertedContent": {"text": fix.replacement},
        }
        change = {
            "artifactLocation": self._location | _FIRST,
            "replacements": [replacement],
        }
        return {"description": {"text": suggestion}, "artifactChanges": [change]}
