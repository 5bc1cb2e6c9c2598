"""The outline of a document: which of its blocks are headings, and how they nest."""

from collections.abc import Sequence

from ai_prism.core.model import Document, Section
from ai_prism.core.sections.contents import find_contents
from ai_prism.core.sections.evidence import find_candidates
from ai_prism.core.sections.levels import levels_of

__all__ = ["detect_sections"]


def detect_sections(document: Document) -> tuple[Section, ...]:
    """Return the sections of *document* in reading order."""
    candidates = find_candidates(document, find_contents(document))
    headings = [candidate for candidate in candidates if candidate.score > 0]
    levels = levels_of(headings, document)
    ends = _ends([heading.block.start for heading in headings], levels, len(document.text))
    return tuple(
        Section(
            id=f"s{place}",
            title=heading.title,
            level=level,
            start=heading.block.start,
            end=end,
            number=heading.block.number.rstrip(".)")
            or (heading.number.text if heading.number else ""),
            page=heading.block.page,
            confidence=round(heading.confidence, 3),
            why=heading.why,
        )
        for place, (heading, level, end) in enumerate(
            zip(headings, levels, ends, strict=True), start=1
        )
    )


def _ends(starts: Sequence[int], levels: Sequence[int], length: int) -> list[int]:
    """Return where each section ends: at the next heading of the same or a higher level."""
    ends = [length] * len(starts)
    opened: list[int] = []
    for place, level in enumerate(levels):
        while opened and levels[opened[-1]] >= level:
            ends[opened.pop()] = starts[place]
        opened.append(place)
    return ends
