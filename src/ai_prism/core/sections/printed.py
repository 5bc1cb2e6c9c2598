"""What printed pages have beside headings: title pages, labels of chapters, words in figures."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

from ai_prism.core.model import BlockKind
from ai_prism.core.sections.candidates import ROUGHLY_SAME_SIZE, Candidate, Evidence, Look
from ai_prism.core.sections.titles import is_usual

_LABEL: Final = re.compile(
    r"(?:chapter|appendix|part|kapitel|anhang|teil|capítulo|apéndice|parte|chapitre|annexe)?\s?"
    r"(?:\d{1,3}|[IVXLC]{1,7}|[A-Z]"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty)?[.:]?",
    re.I,
)
_DATE: Final = re.compile(r"\d{1,2}\.?\s\w{3,10}\.?,?\s\d{4}")
_SIZE_IN_NAME: Final = re.compile(r"\d+")
_FEWEST_NUMBERED: Final = 4
_MOST: Final = 0.8


def weigh_printed(candidates: Sequence[Candidate]) -> None:
    """Add to each of *candidates* what tells headings from other large type."""
    _weigh_labels(candidates)
    _weigh_title_page(candidates)
    _weigh_figures(candidates)


def _weigh_labels(candidates: Sequence[Candidate]) -> None:
    """Let "Chapter 1." right above a title give its number to it, and be no heading itself."""
    for label, title in reversed(list(pairwise(candidates))):
        if (
            label.block.page is not None
            and label.block.page == title.block.page
            and label.place + 1 == title.place
            and label.block.kind is not BlockKind.HEADING
            and 0 < label.look.size <= title.look.size
            and title.score > 0
            and _LABEL.fullmatch(label.title)
        ):
            label.evidence.append(Evidence("the label of the title below", -20.0))
            title.number = title.number or label.number


def _weigh_title_page(candidates: Sequence[Candidate]) -> None:
    """Doubt authors and dates: set as nothing else further down is, and smaller than the title."""
    front = [item for item in candidates if item.stands_at_start and item.score > 0]
    later = {_size(item) for item in candidates if not item.stands_at_start and item.score > 0}
    largest = max((item.look.size for item in front), default=0.0)
    for candidate in front if later else ():
        is_smaller = candidate.look.size < largest
        is_told = _is_told(candidate) and not _DATE.fullmatch(candidate.title)
        if is_smaller and not _is_set_so(candidate, later) and not is_told:
            candidate.evidence.append(Evidence("set so on the title page alone", -6.0))


def _is_set_so(candidate: Candidate, later: Collection[tuple[float, bool]]) -> bool:
    if candidate.is_recognised:
        return any(abs(candidate.look.size - size) < ROUGHLY_SAME_SIZE for size, _ in later)
    return _size(candidate) in later


def _size(candidate: Candidate) -> tuple[float, bool]:
    return candidate.look.size, candidate.look.bold


def _weigh_figures(candidates: Sequence[Candidate]) -> None:
    """Doubt what is in another typeface than the headings with numbers are, as in figures."""
    numbered = Counter(
        family_of(item.look) for item in candidates if item.score > 0 and item.has_section_number
    )
    if numbered.total() < _FEWEST_NUMBERED:
        return
    family, count = numbered.most_common(1)[0]
    if count < _MOST * numbered.total():
        return
    for candidate in candidates:
        if (
            family_of(candidate.look) != family
            and not candidate.stands_at_start
            and not _is_told(candidate)
        ):
            candidate.evidence.append(Evidence("not in the typeface of headings", -8.0))


def family_of(look: Look) -> str:
    """Return the typeface of *look*: some programs have one for each size, as "LMRoman12"."""
    return _SIZE_IN_NAME.sub("", look.font)


def _is_told(candidate: Candidate) -> bool:
    return (
        candidate.has_section_number
        or candidate.contents_level > 0
        or candidate.block.kind is BlockKind.HEADING
        or is_usual(candidate.title)
    )
