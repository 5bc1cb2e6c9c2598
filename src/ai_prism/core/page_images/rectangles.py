"""Where on a page of a PDF words stand, as rectangles, one for each piece of a line."""

import ctypes
import re
from typing import Any, Final, NamedTuple

import pypdfium2.raw as raw

from ai_prism.core.model import Anchor

#: What reading leaves out or adds where lines are joined to paragraphs.
_LOOSE: Final = re.compile(r"[\s\u00ad\u2010\u2011\ufffe\x02-]+")
_CHARACTERS_LIMIT: Final = 400_000


class Rectangle(NamedTuple):
    """A rectangle in points, from the lower left corner of its page."""

    left: float
    bottom: float
    right: float
    top: float


class PageWords:
    """The words of one page; open it with `with`."""

    def __init__(self, page: Any) -> None:
        """Look at the words of *page*, a page of pypdfium2."""
        self._page = page

    def __enter__(self) -> "PageWords":
        """Read the words."""
        self._text_page = self._page.get_textpage()
        count = min(self._text_page.count_chars(), _CHARACTERS_LIMIT)
        text = self._text_page.get_text_range(0, count)
        self._places = [place for place, sign in enumerate(text) if not _LOOSE.fullmatch(sign)]
        self._bare = "".join(text[place] for place in self._places)
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of them."""
        self._text_page.close()

    def find(self, anchor: Anchor) -> list[Rectangle]:
        """Return the rectangles of the words of *anchor*; none where they are not found.

        Of words that stand there more than once, those with the most of what stands around them.
        """
        quote = _bare(anchor.quote)
        start = _best(self._bare, quote, _bare(anchor.prefix), _bare(anchor.suffix))
        if start < 0:
            return []
        first, last = self._places[start], self._places[start + len(quote) - 1]
        return _boxes(self._text_page.raw, first, last - first + 1)


def _bare(words: str) -> str:
    return _LOOSE.sub("", words)


def _best(text: str, quote: str, before: str, after: str) -> int:
    """Return where in *text* the *quote* stands that is most between *before* and *after*."""
    best, most, place = -1, -1, text.find(quote) if quote else -1
    while place >= 0:
        end = place + len(quote)
        around = _agreeing(text[max(0, place - len(before)) : place][::-1], before[::-1])
        around += _agreeing(text[end : end + len(after)], after)
        if around > most:
            best, most = place, around
        place = text.find(quote, place + 1)
    return best


def _agreeing(one: str, other: str) -> int:
    """Return how many signs at the start of both are the same."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _boxes(text_page: Any, first: int, count: int) -> list[Rectangle]:
    boxes = []
    edges = [ctypes.c_double() for _ in range(4)]
    for number in range(raw.FPDFText_CountRects(text_page, first, count)):
        if raw.FPDFText_GetRect(text_page, number, *edges):
            left, top, right, bottom = (edge.value for edge in edges)
            boxes.append(Rectangle(left, bottom, right, top))
    return boxes
