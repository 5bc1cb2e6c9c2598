"""White space: headings have more of it around them than paragraphs."""

from collections import Counter
from typing import Final

from ai_prism.core.model import BlockKind, Document
from ai_prism.core.sections.candidates import Candidate, Evidence, Look, look_of
from ai_prism.core.sections.company import SET_APART

_SHORT_CHARACTERS: Final = 80
#: In type sizes: less is no space between paragraphs.
_LEAST_SPACE: Final = 0.4
#: So many times the usual space above and below sets a line apart.
_WIDE_SPACE: Final = 1.4
#: In points.
_SAME_SPACE: Final = 1.0


def usual_space(document: Document, body: Look) -> float:
    """Return how much space paragraphs of running text usually have above them, in points."""
    spaces = Counter(
        round(block.style.space_before, 1)
        for block in document.blocks
        if block.kind is BlockKind.PARAGRAPH
        and block.end - block.start > _SHORT_CHARACTERS
        and look_of(block) == body
    )
    return max(spaces.most_common(1)[0][0] if spaces else 0.0, _LEAST_SPACE * body.size)


def space_around(document: Document, place: int) -> float:
    """Return the space above and below the block at *place*, 0 if the two differ."""
    if place + 1 == len(document.blocks):
        return 0.0
    above = document.blocks[place].style.space_before
    below = document.blocks[place + 1].style.space_before
    # At the top of a page there is none above.
    return below if above == 0 or abs(above - below) < _SAME_SPACE else 0.0


def of_space(candidate: Candidate, usual: float) -> list[Evidence]:
    """Return what the space around *candidate* tells where *usual* is that of paragraphs."""
    if not usual:
        return []
    if candidate.space > _WIDE_SPACE * usual:
        return [Evidence(SET_APART, 2.5)]
    above = candidate.block.style.space_before
    if candidate.is_recognised and above > _WIDE_SPACE * usual:
        # No typeface tells there, and sizes are rough: space is what is left.
        return [Evidence("much space above", 3.0)]
    return [Evidence("space above", 0.6)] if above > max(2.0, usual * 0.8) else []
