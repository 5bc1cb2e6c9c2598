"""Running heads, running feet and page numbers: what stands on every page and is not the text."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ai_prism.core.readers.pdf.characters import Line
from ai_prism.core.readers.pdf.fonts import Type

_DIGITS: Final = re.compile(r"\d+")
_PAGE_NUMBER: Final = re.compile(
    r"(?:page|seite|página|pagina|pag\.|p\.|s\.|[-–—|])?\s{0,3}(?:\d{1,4}|[ivxlc]{1,6})"
    r"\s{0,3}(?:(?:of|von|de|sur|/|\|)\s{0,3}\d{1,4}|[-–—|])?",
    re.I,
)
#: Only the outermost rows of a page are looked at; in points, what stands on one row.
_DEPTH: Final = 4
_SAME_ROW: Final = 2.0
#: Share of the page, at its top and at its bottom, that heads and feet stay within.
_MARGIN: Final = 0.12
#: The same where all that is told by place tells so.
_WIDE_MARGIN: Final = 0.2
#: A running head is no larger than the text, and stands so many type sizes apart from it.
_LARGER: Final = 1.05
_APART: Final = 1.7
#: How many pages, and which share of them, have their running heads at one height.
_FEWEST_HEADED: Final = 4
_SHARE_OF_HEADED: Final = 0.4
#: Of the pages that end at that height, so many have nothing near it.
_SHARE_APART: Final = 0.9
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
    furniture = _changing_heads(pages)
    for page in pages:
        repeated = [line for line in _edge_lines(page) if sightings[_key(line)] >= needed]
        numbers = [line for line in _edge_lines(page) if _PAGE_NUMBER.fullmatch(line.text)]
        furniture.setdefault(page.number, []).extend((*repeated, *numbers))
    _take_out(furniture, pages)
    others = _in_their_places(furniture, pages)
    _take_out(others, pages)
    said: dict[str, str] = {}
    for page in pages:
        for line in (*furniture[page.number], *others.get(page.number, ())):
            if not _PAGE_NUMBER.fullmatch(line.text):
                said.setdefault(_key(line)[0], line.text)
    return list(said.values())


def _take_out(furniture: Mapping[int, Sequence[Line]], pages: Sequence[Page]) -> None:
    for page in pages:
        taken = {id(line) for line in furniture.get(page.number, ())}
        page.lines = [line for line in page.lines if id(line) not in taken]


def _in_their_places(
    furniture: Mapping[int, Sequence[Line]], pages: Sequence[Page]
) -> dict[int, list[Line]]:
    """Return by page what stands alone where *furniture*, gone from *pages*, stands on others."""
    body = _usual_size(pages)
    places = Counter(_place(line) for taken in furniture.values() for line in taken)
    found: dict[int, list[Line]] = {}
    for outermost in (max, min):
        for page in pages:
            row = _row_apart(page, outermost, body)
            if all(places[_place(line)] >= _FEWEST_HEADED for line in row):
                found.setdefault(page.number, []).extend(row)
    return found


def _place(line: Line) -> tuple[int, Type]:
    return _height(line.baseline), line.type


def _changing_heads(pages: Sequence[Page]) -> dict[int, list[Line]]:
    """Return by page the running heads and feet that change, as the title of a chapter does.

    Nothing but their place tells: most pages have their outermost line at the same height, apart
    from the text and no larger than it.
    """
    body = _usual_size(pages)
    heads: dict[int, list[Line]] = {}
    for outermost in (max, min):
        rows = {page.number: row for page in pages if (row := _row_apart(page, outermost, body))}
        apart = Counter(_height(row[0].baseline) for row in rows.values())
        # Where text begins on other pages, a heading may stand, too.
        edges = (outermost(line.baseline for line in page.lines) for page in pages if page.lines)
        ending = Counter(map(_height, edges))
        needed = max(_FEWEST_HEADED, _SHARE_OF_HEADED * len(pages))
        for number, row in rows.items():
            near = [_height(row[0].baseline) + step for step in (-1, 0, 1)]
            count = sum(apart[height] for height in near)
            if count >= needed and count >= _SHARE_APART * sum(ending[height] for height in near):
                heads.setdefault(number, []).extend(row)
    return heads


def _usual_size(pages: Sequence[Page]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[line.type.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _row_apart(page: Page, outermost: Callable[..., float], body: float) -> list[Line]:
    """Return the outermost lines of *page* if they stand in the margin, apart from the text."""
    if not page.lines:
        return []
    edge = outermost(line.baseline for line in page.lines)
    height = page.top - page.bottom
    row = [line for line in page.lines if abs(line.baseline - edge) < 0.3 * body]
    rest = [line.baseline for line in page.lines if abs(line.baseline - edge) >= 0.3 * body]
    in_margin = min(edge - page.bottom, page.top - edge) < _WIDE_MARGIN * height
    if not rest or not in_margin or any(line.type.size > _LARGER * body for line in row):
        return []
    return row if abs(outermost(rest) - edge) > _APART * body else []


def _edge_lines(page: Page) -> Iterator[Line]:
    """Yield the outermost lines of *page* that stand in its margins."""
    height = page.top - page.bottom
    by_place = sorted(page.lines, key=lambda line: line.baseline)
    foot = page.bottom + _MARGIN * height
    head = page.top - _MARGIN * height
    yield from (line for line in _outermost_rows(by_place) if line.baseline < foot)
    yield from (line for line in _outermost_rows(by_place[::-1]) if line.baseline > head)


def _outermost_rows(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield those of *lines*, the outermost first, that stand on the first few rows."""
    rows = 0
    baseline = math.inf
    for line in lines:
        if abs(line.baseline - baseline) > _SAME_ROW:
            rows, baseline = rows + 1, line.baseline
        if rows > _DEPTH:
            return
        yield line


def _key(line: Line) -> tuple[str, int]:
    """Return what is the same for a line on each page: its words without digits, its height."""
    return _DIGITS.sub("#", line.text), _height(line.baseline)


def _height(baseline: float) -> int:
    return round(baseline / 3)
