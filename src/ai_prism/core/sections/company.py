"""What candidates tell of each other: authors set, number and word like things alike."""

from collections import Counter
from collections.abc import Sequence
from statistics import mean
from typing import Final

from ai_prism.core.model import BlockKind
from ai_prism.core.sections.candidates import Candidate, Evidence, Look
from ai_prism.core.sections.printed import family_of, weigh_printed
from ai_prism.core.sections.rows import weigh_rows
from ai_prism.core.sections.titles import is_usual, key_of

_FEWEST_OF_A_LOOK: Final = 3
_FEWEST_NUMBERED: Final = 4
_ENOUGH_NUMBERED: Final = 0.5
_OFTEN: Final = 4
SET_APART: Final = "set apart by space"
_FEWEST_SET_APART: Final = 3
_STRONGEST_OPINION: Final = 2.0
#: So many headings beyond doubt, most of them in typefaces of their own, make a house style.
_FEWEST_OF_A_HOUSE: Final = 5
_MOST: Final = 0.7
_BEYOND_DOUBT: Final = 2.0


def weigh_company(candidates: Sequence[Candidate], body: Look) -> None:
    """Add to each of *candidates* what the others tell; *body* is the look of running text."""
    _weigh_repetition(candidates, body)
    if body.size:
        weigh_printed(candidates)
    else:
        weigh_rows(candidates)
    _weigh_looks(candidates, body)
    _weigh_typefaces(candidates, body)
    _weigh_space(candidates)
    _weigh_numbering(candidates)


def _weigh_looks(candidates: Sequence[Candidate], body: Look) -> None:
    """Let blocks of one look vouch for each other, items of lists apart from the rest."""
    companies: dict[tuple[Look, BlockKind], list[Candidate]] = {}
    for candidate in candidates:
        if candidate.look != body:
            companies.setdefault((candidate.look, candidate.block.kind), []).append(candidate)
    for company in companies.values():
        if len(company) < _FEWEST_OF_A_LOOK:
            continue
        # One word over and over, or a row of dashes, is one voice among others.
        voices = {member.key: member.score for member in company}
        opinion = 0.6 * mean(voices.values())
        opinion = max(-_STRONGEST_OPINION, min(_STRONGEST_OPINION, opinion))
        if opinion > 0:
            shared = Evidence("set like other headings", opinion)
        else:
            shared = Evidence("set like other text", opinion)
        for member in company:
            member.evidence.append(shared)


def _weigh_typefaces(candidates: Sequence[Candidate], body: Look) -> None:
    """Where headings have a typeface or a colour of their own, let it speak for the others."""
    if not body.size:
        return
    sure = [candidate for candidate in candidates if candidate.score > _BEYOND_DOUBT]
    apart = [candidate for candidate in sure if not _is_like_text(candidate.look, body)]
    if len(apart) < _FEWEST_OF_A_HOUSE or len(apart) < _MOST * len(sure):
        return
    houses = Counter(_face(candidate.look) for candidate in apart)
    all_of = Counter(_face(candidate.look) for candidate in candidates)
    for candidate in candidates:
        face = _face(candidate.look)
        if _is_like_text(candidate.look, body):
            if not candidate.contents_level:
                candidate.evidence.append(Evidence("in the typeface of the text", -2.0))
        elif houses[face] >= _FEWEST_OF_A_HOUSE and 2 * houses[face] > all_of[face]:
            candidate.evidence.append(Evidence("in the typeface of headings", 3.0))
        elif not (houses[face] or candidate.contents_level or candidate.stands_at_start):
            candidate.evidence.append(Evidence("in a typeface of its own", -3.0))


def _is_like_text(look: Look, body: Look) -> bool:
    return family_of(look) == family_of(body) and look.colour == body.colour


def _face(look: Look) -> tuple[str, str]:
    return look.font, look.colour


def _weigh_space(candidates: Sequence[Candidate]) -> None:
    """Doubt what has less space around it than others of its look."""
    apart = Counter(candidate.look for candidate in candidates if _is_set_apart(candidate))
    for candidate in candidates:
        is_enough = apart[candidate.look] >= _FEWEST_SET_APART
        if is_enough and candidate.space and not _is_set_apart(candidate):
            candidate.evidence.append(Evidence("not set apart, as others are", -2.5))


def _is_set_apart(candidate: Candidate) -> bool:
    return any(item.reason == SET_APART for item in candidate.evidence)


def _weigh_numbering(candidates: Sequence[Candidate]) -> None:
    """Doubt headings without a number where most that stand out as little have one."""
    likely = [candidate for candidate in candidates if candidate.score > 0]
    numbered = Counter(_prominence(item.look) for item in likely if item.has_section_number)
    if not numbered:
        return
    usual = numbered.most_common(1)[0][0]
    peers = [candidate for candidate in likely if _prominence(candidate.look) <= usual]
    if numbered.total() < _FEWEST_NUMBERED or numbered.total() < _ENOUGH_NUMBERED * len(peers):
        return
    for candidate in peers:
        if not (
            candidate.has_section_number
            or candidate.stands_at_start
            or candidate.contents_level
            or is_usual(candidate.title)
        ):
            candidate.evidence.append(Evidence("not numbered, as others are", -2.0))


def _prominence(look: Look) -> tuple[float, bool]:
    return look.size, look.bold


def _weigh_repetition(candidates: Sequence[Candidate], body: Look) -> None:
    """Doubt what is said over and over: a label within sections, not the title of one."""
    said = [_said(candidate) for candidate in candidates]
    times = Counter(said)
    for candidate, words in zip(candidates, said, strict=True):
        often = times[words]
        if often < _OFTEN or candidate.contents_level:
            continue
        # As large as the text, it is likelier a label the more often it comes.
        like_text = candidate.look.size <= body.size
        weight = min(4.0, 0.4 * often) if like_text and body.size else 1.2
        candidate.evidence.append(Evidence("often repeated", -weight))


def _said(candidate: Candidate) -> str:
    """Return its words; those of "14 end" in numbered lines of code are "end"."""
    number = candidate.number
    if number and number.text.isdecimal() and not number.keyword:
        return key_of(candidate.title[number.end :]) or candidate.key
    return candidate.key
