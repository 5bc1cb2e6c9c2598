"""What a reviewer says, held to the document: a remark whose quote is not there is dropped.

What is left becomes a finding like any other, anchored at the words that it quotes.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from ai_prism.core.llm import CATEGORIES, Reading, Remark
from ai_prism.core.llm.quotes import locate
from ai_prism.core.model import Data, Finding, FindingKind, Source
from ai_prism.core.rules import anchor, digest, fingerprint
from ai_prism.core.subject import Span, Subject

#: A remark that its own author holds for likelier wrong than right helps nobody.
LEAST_CONFIDENCE: Final = 0.5
#: What one passage may bring: more is a flood that nobody reads, or a model in a loop.
_MOST_OF_A_PASSAGE: Final = 10
#: Two spans are the same words when they share at least this much of what both cover.
_SAME_WORDS: Final = 0.5
_STRETCH: Final = 500


class Proven(Data):
    """What came of the remarks of one reading."""

    findings: tuple[Finding, ...]
    offered: int  #: remarks that the reviewer made
    verified: int  #: of these, those whose quotes stand in the document


def prove(reading: Reading, subject: Subject, version: str, within: Span) -> Proven:
    """Return the findings that *reading* proves, and how many of its remarks it could not.

    Args:
        reading: what the reviewer said.
        subject: the document under review.
        version: of the reviewer's prompt.
        within: where the quotes have to stand.
    """
    source = Source(engine="llm", name=reading.reviewer, version=version)
    found, verified = [], 0
    for remark in reading.remarks:
        spans = _quoted(remark, subject.document.text, within)
        if spans is None:
            continue
        verified += 1
        if remark.confidence >= LEAST_CONFIDENCE and remark.title.strip():
            found.append(_finding(remark, subject, spans, source))
    surest_first = sorted(found, key=lambda finding: -finding.confidence)
    return Proven(
        findings=tuple(_distinct(surest_first))[:_MOST_OF_A_PASSAGE],
        offered=len(reading.remarks),
        verified=verified,
    )


def merge(
    told: Iterable[Finding], more: Iterable[Finding]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the rules' findings *told* with what *more* says of the same words, and the rest.

    Two who say the same of the same words are one finding, and a surer one.
    """
    findings = {finding.id: finding for finding in told}
    places: dict[int, list[str]] = {}
    for finding in findings.values():
        for bucket in _buckets(finding):
            places.setdefault(bucket, []).append(finding.id)
    rest = []
    for said in more:
        near = [findings[identity] for b in _buckets(said) for identity in places.get(b, ())]
        known = next((finding for finding in near if _is_of_same_words(finding, said)), None)
        if known is None:
            rest.append(said)
        else:
            findings[known.id] = msgspec.structs.replace(
                known,
                confidence=max(known.confidence, said.confidence),
                evidence={**known.evidence, "also_said_by": said.source.name},
                message=f"{known.message} The reviewer adds: {said.message}",
            )
    return tuple(findings.values()), tuple(rest)


def _buckets(finding: Finding) -> set[int]:
    """Return the stretches of text that *finding* stands in, to look its neighbours up by."""
    return {
        bucket
        for place in finding.anchors
        for bucket in range(place.start // _STRETCH, place.end // _STRETCH + 1)
    }


def _quoted(remark: Remark, text: str, within: Span) -> list[Span] | None:
    """Return where the words stand that *remark* quotes; None when one of its quotes does not."""
    quotes = [remark.quote, *([remark.conflicts_with] if remark.conflicts_with.strip() else [])]
    spans = [locate(text, quote, *within) for quote in quotes]
    found = [span for span in spans if span is not None]
    return found if len(found) == len(spans) else None


def _finding(remark: Remark, subject: Subject, spans: list[Span], source: Source) -> Finding:
    title = _clean(remark.title, 160)
    # A model's own words for a category would be one that nobody filters or weighs by.
    category = remark.category if remark.category in CATEGORIES else "clarity"
    rule_id = f"reviewer-{category}"
    first = anchor(subject, *spans[0])
    section = subject.section_at(first.start)
    print_of_it = fingerprint(rule_id, first.quote, section.title if section else "")
    return Finding(
        id=digest(print_of_it, str(spans[0]), title)[:16],
        fingerprint=print_of_it,
        rule_id=rule_id,
        rule_version=1,
        # It has quoted words, so they are there: what is missing beside them is a problem of them.
        kind=FindingKind.PROBLEM if remark.kind is FindingKind.MISSING else remark.kind,
        category=category,
        severity=remark.severity,
        confidence=round(remark.confidence * subject.sureness_at(first.start), 3),
        section_id=section.id if section else None,
        anchors=(first,),
        related=tuple(anchor(subject, *span) for span in spans[1:]),
        source=source,
        title=title,
        message=_clean(remark.message),
        why=_clean(remark.why),
        suggestion=_clean(remark.suggestion),
    )


def _clean(words: str, most: int = 1000) -> str:
    """Return *words* in one line, without characters that a terminal or a page would act on."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in words[: 2 * most]).split())
    return plain if len(plain) <= most else plain[:most].rstrip() + "…"


def _distinct(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Return *findings* without those that say of the same words what an earlier one says."""
    kept: list[Finding] = []
    for finding in findings:
        if not any(f.category == finding.category and _share(f, finding) for f in kept):
            kept.append(finding)
            yield finding


def _is_of_same_words(one: Finding, other: Finding) -> bool:
    shared = _share(one, other)
    return shared >= _SAME_WORDS or (shared > 0 and one.category == other.category)


def _share(one: Finding, other: Finding) -> float:
    """Return how much of the words that either quotes both quote, at their closest, 0-1."""
    shares = [0.0]
    for a in one.anchors:
        for b in other.anchors:
            common = min(a.end, b.end) - max(a.start, b.start)
            if common > 0:
                shares.append(common / (max(a.end, b.end) - min(a.start, b.start)))
    return max(shares)
