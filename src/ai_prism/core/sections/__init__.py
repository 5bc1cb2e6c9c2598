"""The outline of a document: which of its blocks are headings, and how they nest."""

from collections.abc import Sequence

from ai_prism.core.model import BlockKind, Document, Section
from ai_prism.core.sections.numbering import number_of

__all__ = ["detect_sections"]


def detect_sections(document: Document) -> tuple[Section, ...]:
    """Return the sections of *document* in reading order."""
    headings = [block for block in document.blocks if block.kind is BlockKind.HEADING]
    levels = _without_gaps([block.level or 1 for block in headings])
    ends = _ends([block.start for block in headings], levels, len(document.text))
    sections = []
    for place, block in enumerate(headings):
        title = document.text_of(block)
        typed = number_of(title)
        sections.append(
            Section(
                id=f"s{place + 1}",
                title=title,
                level=levels[place],
                start=block.start,
                end=ends[place],
                number=block.number or (typed.text if typed else ""),
                page=block.page,
                why="set as a heading",
            )
        )
    return tuple(sections)


def _without_gaps(levels: Sequence[int]) -> list[int]:
    """Return *levels* from 1, each at most one deeper than the heading it stands under."""
    above: list[int] = []
    closed: list[int] = []
    for level in levels:
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        closed.append(len(above))
    return closed


def _ends(starts: Sequence[int], levels: Sequence[int], length: int) -> list[int]:
    """Return where each section ends: at the next heading of the same or a higher level."""
    ends = [length] * len(starts)
    opened: list[int] = []
    for place, level in enumerate(levels):
        while opened and levels[opened[-1]] >= level:
            ends[opened.pop()] = starts[place]
        opened.append(place)
    return ends
