"""What goes over from one draft to the next: decisions, and the remarks of people."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from ai_prism.core.model import Anchor, Baseline, Decision, Departed, Fate, Finding
from ai_prism.core.relocation import Relocation
from ai_prism.core.rules import anchor as anchor_at
from ai_prism.core.rules import fingerprint
from ai_prism.core.subject import Subject

#: Fewer words than this are found anywhere; they count only beside what stood around them, or
#: where they stand once.
_TELLING_WORDS: Final = 4


def with_decision(finding: Finding, before: Finding) -> Finding:
    """Return *finding*, which *before* is in the earlier draft, with what was decided there.

    A decision goes over only if there is no more to decide on now: it was not made of a graver
    finding, or one of more places.
    """
    changes: dict[str, Any] = {"baseline": Baseline.UNCHANGED}
    if before.decision is not Decision.OPEN and _says_no_more(finding, before):
        changes |= {
            "decision": before.decision,
            "reason": before.reason,
            "decided_at": before.decided_at,
            "suggestion": before.suggestion,
            "carried": True,
        }
    return msgspec.structs.replace(finding, **changes)


def _says_no_more(finding: Finding, before: Finding) -> bool:
    is_no_graver = finding.severity.rank >= before.severity.rank
    says_the_same = bool(finding.anchors) or finding.message == before.message
    return is_no_graver and says_the_same and finding.occurrences <= before.occurrences


def own_findings(
    before: Sequence[Finding], reviewed: str, subject: Subject
) -> Iterator[Finding | Departed]:
    """Yield each of people's own findings of the earlier draft where its words stand in this one.

    Args:
        before: the findings that people added to the earlier draft.
        reviewed: the text of that draft.
        subject: this draft.
    """
    relocation = Relocation(reviewed, subject.document.text)
    for finding in before:
        places = [_place_of(a, relocation, subject.document.text) for a in finding.anchors]
        if not places or not all(places):
            why = "The words that it was about no longer stand there."
            yield Departed(finding=finding, fate=Fate.GONE, why=why)
            continue
        yield _anchored(finding, [place for place in places if place], subject)


def _anchored(finding: Finding, places: list[tuple[int, int]], subject: Subject) -> Finding:
    anchors = tuple(anchor_at(subject, *place) for place in places)
    section = subject.section_at(anchors[0].start)
    title = section.title if section else ""
    return msgspec.structs.replace(
        finding,
        fingerprint=fingerprint(finding.rule_id, anchors[0].quote, title),
        section_id=section.id if section else None,
        anchors=anchors,
        carried=finding.decision is not Decision.OPEN,
        baseline=Baseline.UNCHANGED,
    )


def _place_of(anchor: Anchor, relocation: Relocation, text: str) -> tuple[int, int] | None:
    """Return from where to where the words of *anchor* stand in *text*; None: nowhere for sure."""
    found = relocation.of(anchor)
    if found is None:
        return _set_otherwise(anchor.quote, text)
    before = text[: found.start].endswith(anchor.prefix) and anchor.prefix
    after = text.startswith(anchor.suffix, found.end) and anchor.suffix
    is_telling = len(anchor.quote.split()) >= _TELLING_WORDS or text.count(anchor.quote) == 1
    return (found.start, found.end) if before or after or is_telling else None


def _set_otherwise(quote: str, text: str) -> tuple[int, int] | None:
    """Return where *quote* stands with other white space, if in one place only."""
    pattern = r"\s+".join(map(re.escape, quote.split()))
    places = [match.span() for match in re.finditer(pattern, text)] if pattern else []
    return places[0] if len(places) == 1 else None
