"""What keeps a review short: one remark for one place, and nothing that is too unsure."""

from collections.abc import Sequence

import msgspec

from ai_prism.core.model import Finding, Level


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return *findings* as people read them: the gravest first, then by place; no id twice."""
    unique = {finding.id: finding for finding in findings}
    return tuple(sorted(unique.values(), key=lambda f: (f.severity.rank, _first_place(f), f.id)))


def sure_enough(findings: Sequence[Finding], least_confidence: float) -> tuple[Finding, ...]:
    """Return those of *findings* that are at least so sure."""
    return tuple(finding for finding in findings if finding.confidence >= least_confidence)


def merged(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return *findings*, in order, without those that say of a place what a graver one says.

    Two findings say the same when they are of one category and the only place of the later one
    overlaps a place of the earlier. Where two clauses are told by the very same words,
    the later is a small matter.
    """
    taken: dict[str, dict[int, list[tuple[int, int]]]] = {}
    quoted: set[tuple[int, int]] = set()
    kept = []
    for finding in findings:
        places = taken.setdefault(finding.category, {})
        spans = [(anchor.start, anchor.end) for anchor in finding.anchors]
        if len(spans) == 1 and any(_overlap(spans[0], span) for span in _near(places, spans[0])):
            continue
        if finding.source.name == "clause" and spans[0] in quoted:
            finding = msgspec.structs.replace(finding, severity=Level.LOW, stake=None)
        if finding.source.name == "clause":
            quoted.update(spans[:1])
        kept.append(finding)
        for span in spans:
            for bucket in _buckets(span):
                places.setdefault(bucket, []).append(span)
    return in_order(kept)


#: Places are looked up by the stretch of text they stand in, so that many of them cost little.
_STRETCH = 500


def _buckets(span: tuple[int, int]) -> range:
    return range(span[0] // _STRETCH, span[1] // _STRETCH + 1)


def _near(places: dict[int, list[tuple[int, int]]], span: tuple[int, int]) -> list[tuple[int, int]]:
    return [other for bucket in _buckets(span) for other in places.get(bucket, ())]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _first_place(finding: Finding) -> int:
    return finding.anchors[0].start if finding.anchors else 0
