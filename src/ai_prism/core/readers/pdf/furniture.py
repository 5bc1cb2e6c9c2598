"""Running heads, running feet and page numbers: what stands on every page and is not the text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ai_prism.core.readers.pdf.characters import Line

_DIGITS: Final = re.compile(r"\d+")
_PAGE_NUMBER: Final = re.compile(
    r"(?:page|seite|página|pagina|pag\.|p\.|s\.|[-–—|])?\s{0,3}(?:\d{1,4}|[ivxlc]{1,6})"
    r"\s{0,3}(?:(?:of|von|de|sur|/|\|)\s{0,3}\d{1,4}|[-–—|])?",
    re.I,
)
#: Only the outermost lines of a page are looked at.
_DEPTH: Final = 4
#: Share of the page, at its top and at its bottom, that heads and feet stay within.
_MARGIN: Final = 0.12
#: How many pages make a repetition: so many, or this share of them if that is more.
_FEWEST_PAGES: Final = 2
_SHARE_OF_PAGES: Final = 0.08


@dataclass(slots=True)
class Page:
    """The lines of one page, with its edges."""

    number: int
    lines: list[Line]
    left: float
    bottom: float
    right: float
    top: float


def take_out_furniture(pages: Sequence[Page]) -> list[str]:
    """Remove what repeats at the edges of *pages*; return what they say, page numbers apart."""
    sightings: Counter[tuple[str, int]] = Counter()
    for page in pages:
        # The same line twice on one page is no repetition over pages.
        sightings.update({_key(line) for line in _edge_lines(page)})
    needed = max(_FEWEST_PAGES, _SHARE_OF_PAGES * len(pages))
    removed: dict[str, str] = {}
    for page in pages:
        furniture = set()
        for line in _edge_lines(page):
            is_number = _PAGE_NUMBER.fullmatch(line.text) is not None
            if is_number or sightings[_key(line)] >= needed:
                furniture.add(id(line))
                if not is_number:
                    removed.setdefault(_key(line)[0], line.text)
        page.lines = [line for line in page.lines if id(line) not in furniture]
    return list(removed.values())


def _edge_lines(page: Page) -> Iterator[Line]:
    """Yield the outermost lines of *page* that stand in its margins."""
    height = page.top - page.bottom
    by_place = sorted(page.lines, key=lambda line: line.baseline)
    foot = page.bottom + _MARGIN * height
    head = page.top - _MARGIN * height
    yield from (line for line in by_place[:_DEPTH] if line.baseline < foot)
    yield from (line for line in by_place[-_DEPTH:] if line.baseline > head)


def _key(line: Line) -> tuple[str, int]:
    """Return what is the same for a line on each page: its words without digits, its height."""
    return _DIGITS.sub("#", line.text), round(line.baseline / 3)
