"""What the page says of a review before its details: what to fix first, plots, a checklist.

Plain data for the templates, in the units of the pictures they draw.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from ai_prism.core import playbook
from ai_prism.core.checks import missing_section
from ai_prism.core.errors import PrismError
from ai_prism.core.model import Decision, Document, Finding, FindingKind, Level, Section
from ai_prism.core.rules import BaseRule
from ai_prism.storage.summaries import StoredReview

#: How wide the picture of the whole document is, in units of its own.
WIDTH: Final = 1000
_FIRST: Final = 5
#: Findings without words of their own, such as what is missing, stand at the top of the map.
_TOP: Final = 0.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A section in the picture of the risk along the document."""

    section: Section
    x: float
    width: float
    height: int  #: of 100
    level: Level


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many standing findings are of a kind, by severity."""

    kind: FindingKind
    counts: dict[Level, int]
    total: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """A section that a document of its kind has, and whether this one has it."""

    name: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A finding on the map beside the document."""

    finding: Finding
    place: float  #: 0 to 1, from the top


@dataclass(frozen=True, slots=True)
class Overview:
    """What can be seen at a glance."""

    first: tuple[Finding, ...]
    bars: tuple[Bar, ...]
    kinds: tuple[KindCount, ...]
    checklist: tuple[Expectation, ...]
    ticks: tuple[Tick, ...]


def overview_of(stored: StoredReview) -> Overview:
    """Return what can be seen of *stored* at a glance; little while it runs."""
    standing = [f for f in stored.findings if f.decision is not Decision.REJECTED]
    document = stored.document
    return Overview(
        first=tuple(_first(standing)),
        bars=tuple(_bars(document, stored.sections)) if document else (),
        kinds=tuple(_kinds(standing)),
        checklist=_checklist(stored),
        ticks=_ticks(document, stored.findings) if document else (),
    )


def _first(standing: Sequence[Finding]) -> list[Finding]:
    """Return the gravest open findings, the surest first, one of each rule."""
    undecided = [f for f in standing if f.decision is Decision.OPEN]
    ordered = sorted(undecided, key=lambda f: (f.severity.rank, -f.confidence))
    by_rule: dict[str, Finding] = {}
    for finding in ordered:
        by_rule.setdefault(finding.rule_id, finding)
    return list(by_rule.values())[:_FIRST]


def _bars(document: Document, sections: Sequence[Section]) -> Iterator[Bar]:
    """Yield a bar for the words under each heading, as wide as they are long."""
    length = max(1, len(document.text))
    edges = [*(section.start for section in sections), length]
    for section, (start, end) in zip(sections, pairwise(edges), strict=True):
        if section.risk:
            x, width = WIDTH * start / length, WIDTH * (end - start) / length
            yield Bar(section, round(x, 1), round(width, 1), section.risk.score, section.risk.level)


def _kinds(standing: Sequence[Finding]) -> Iterator[KindCount]:
    for kind in FindingKind:
        of_kind = [finding.severity for finding in standing if finding.kind is kind]
        if of_kind:
            yield KindCount(kind, {level: of_kind.count(level) for level in Level}, len(of_kind))


def _ticks(document: Document, findings: Sequence[Finding]) -> tuple[Tick, ...]:
    length = max(1, len(document.text))
    return tuple(
        Tick(finding, round(anchor.start / length, 4) if anchor else _TOP)
        for finding in reversed(findings)  # the gravest are drawn last, over the others
        for anchor in (finding.anchors or (None,))
    )


def _checklist(stored: StoredReview) -> tuple[Expectation, ...]:
    """Return what the playbook expects, as far as its rules ran and applied to this document."""
    if stored.document is None or stored.outcome is None:
        return ()
    failed = {problem.where for problem in stored.problems}
    missing = {f.rule_id: f.evidence.get("missing", ()) for f in stored.findings}
    return tuple(
        Expectation(expected.name, expected.name not in _names(missing.get(rule.id, ())))
        for rule in _rules(stored.playbook or stored.outcome.playbook.name)
        if isinstance(rule, missing_section.Rule)
        and rule.id not in failed
        and rule.speaks(stored.document.language)
        and missing_section.applies(rule, stored.document, stored.sections)
        for expected in rule.expected
    )


def _names(evidence: object) -> tuple[str, ...]:
    return evidence if isinstance(evidence, tuple) else ()


def sources_of(stored: StoredReview) -> dict[str, str]:
    """Return where the rules of a review come from, by their ids."""
    name = stored.playbook or (stored.outcome.playbook.name if stored.outcome else "")
    return {rule.id: rule.source for rule in _rules(name)}


@lru_cache(maxsize=64)
def _rules(kept: str) -> tuple[BaseRule, ...]:
    """Return the rules of a playbook whose findings are shown; none when this version lacks it."""
    try:
        standard = playbook.own_or_built_in(kept)
    except PrismError:
        return ()
    return tuple(rule for rule in standard.rules if rule.confidence >= standard.least_confidence)
