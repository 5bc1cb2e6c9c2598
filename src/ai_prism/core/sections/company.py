"""What candidates tell of each other: authors set, number and word like things alike."""

from collections import Counter
from collections.abc import Sequence
from statistics import mean
from typing import Final

from ai_prism.core.sections.candidates import Candidate, Evidence, Look
from ai_prism.core.sections.titles import is_usual, key_of

_FEWEST_OF_A_LOOK: Final = 3
_FEWEST_NUMBERED: Final = 4
_OFTEN: Final = 4
_STRONGEST_OPINION: Final = 2.0


def weigh_company(candidates: Sequence[Candidate], body: Look) -> None:
    """Add to each of *candidates* what the others tell; *body* is the look of running text."""
    _weigh_looks(candidates, body)
    _weigh_numbering(candidates)
    _weigh_repetition(candidates)


def _weigh_looks(candidates: Sequence[Candidate], body: Look) -> None:
    """Let blocks of one look vouch for each other."""
    companies: dict[Look, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.look != body:
            companies.setdefault(candidate.look, []).append(candidate)
    for company in companies.values():
        if len(company) < _FEWEST_OF_A_LOOK:
            continue
        opinion = 0.6 * mean(member.score for member in company)
        opinion = max(-_STRONGEST_OPINION, min(_STRONGEST_OPINION, opinion))
        if opinion > 0:
            shared = Evidence("set like other headings", opinion)
        else:
            shared = Evidence("set like other text", opinion)
        for member in company:
            member.evidence.append(shared)


def _weigh_numbering(candidates: Sequence[Candidate]) -> None:
    """Doubt headings without a number where most have one."""
    likely = [candidate for candidate in candidates if candidate.score > 0]
    numbered = sum(candidate.has_section_number for candidate in likely)
    if numbered < _FEWEST_NUMBERED or numbered * 2 < len(likely):
        return
    for candidate in likely:
        if not (
            candidate.has_section_number
            or candidate.stands_at_start
            or candidate.contents_level
            or is_usual(candidate.title)
        ):
            candidate.evidence.append(Evidence("not numbered, as others are", -2.0))


def _weigh_repetition(candidates: Sequence[Candidate]) -> None:
    """Doubt what is said over and over: a label within sections, not the title of one."""
    times = Counter(key_of(candidate.title) for candidate in candidates)
    for candidate in candidates:
        if times[key_of(candidate.title)] >= _OFTEN and not candidate.contents_level:
            candidate.evidence.append(Evidence("often repeated", -1.2))
