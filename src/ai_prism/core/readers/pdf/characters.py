"""The lines of a PDF page: words, places and type, asked of pdfium in as few calls as will do.

pdfium knows type and place of every character, but each question costs a microsecond or two. So
the text of a page is fetched at once, places are asked once a word, type once a text object.
"""

import ctypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium

from ai_prism.core.readers.pdf.fonts import Fonts, Type

#: pdfium replaces a hyphen that divides a word at the end of a line, and the line break, by this.
_DIVISION: Final = "\ufffe"
_ROW: Final = re.compile(f"[^\r\n{_DIVISION}]+")
_WORD: Final = re.compile(r"\S+")
_MARK: Final = re.compile(
    r"[^\w\s]{1,2}|§{1,2}|[A-Z]?\d{1,3}(?:\.\d{1,3}){0,5}[.)]?|\(?(?:[A-Za-z]|[ivxIVX]{1,5})[.)]"
)
#: Hyphens that typesetting programs put where they divide a word, and pdfium does not know.
_SOFT_HYPHENS: Final = "\u00ad\u2010"
#: Words further apart than this, in type sizes, stand in different columns.
COLUMN_GAP: Final = 1.7
#: Few words are wider than this per character, in type sizes; one that seems so may have a gap
#: behind it, and is looked at.
_WIDE_CHARACTER: Final = 0.55
#: A stretched line has gaps up to this wide, in type sizes.
_STRETCHED_GAP: Final = 6.0
#: A page holds some 5,000 characters; far more are drawn over each other to wear readers out.
_CHARACTERS_LIMIT: Final = 400_000


@dataclass(slots=True)
class Line:
    """Words on one baseline, without a gap as wide as between columns."""

    text: str
    left: float
    right: float
    baseline: float
    type: Type
    page: int
    divided: bool = False  #: its last word goes on in the next line
    follows: bool = False  #: stands right of the line before it, on the same baseline
    tag: int = 0  #: the level of the heading it is tagged as, 0 if it is not
    code: tuple[tuple[int, int], ...] = ()  #: where words of equal widths stand among others


class _Word(NamedTuple):
    start: int
    end: int
    left: float
    baseline: float
    type: Type


def lines_of(text_page: Any, page: int, fonts: Fonts, tags: Mapping[int, int]) -> list[Line]:
    """Return the lines of *text_page*, a pdfium handle, in the order the file draws them.

    Each line has its places in the frame of its own words, so that those of a page that stands
    on its side read like any other. *tags* are the levels of headings by id of marked content.
    """
    return list(_Page(text_page, page, fonts, tags).lines())


class _Page:
    """One page and what was asked about it."""

    def __init__(self, text_page: Any, page: int, fonts: Fonts, tags: Mapping[int, int]) -> None:
        self._tags = tags
        self._handle = text_page
        self._page = page
        self._fonts = fonts
        self._text = _text_of(text_page)
        self._types: dict[int, Type] = {}
        self._x, self._y, self._right, self._foot = (ctypes.c_double() for _ in range(4))

    def lines(self) -> Iterator[Line]:
        for row in _ROW.finditer(self._text):
            words = self._words(row.start(), row.end())
            first = True
            parts = list(self._parts(words))
            if len(parts) > 1 and self._is_spaced_out(words):
                parts = [words]
            for part in parts:
                yield self._line(part, follows=not first)
                first = False

    def _words(self, start: int, end: int) -> list[_Word]:
        spans = [match.span() for match in _WORD.finditer(self._text, start, end)]
        words = []
        x, y = self._x, self._y
        for start, end in spans:
            type_ = self._type_at(start)
            pdfium.FPDFText_GetCharOrigin(self._handle, start, x, y)
            left, baseline = x.value, y.value
            if type_.turn:
                left, baseline = turned(left, baseline, type_.turn)
            words.append(_Word(start, end, left, baseline, type_))
        return words

    def _type_at(self, index: int) -> Type:
        text_object = pdfium.FPDFText_GetTextObject(self._handle, index)
        address = ctypes.addressof(text_object.contents) if text_object else 0
        known = self._types.get(address)
        if known is None:
            known = self._types[address] = self._fonts.type_of(text_object)
        return known

    def _parts(self, words: list[_Word]) -> Iterator[list[_Word]]:
        """Yield *words* in parts between gaps as wide as between columns."""
        start = 0
        for place in range(1, len(words)):
            before, word = words[place - 1], words[place]
            size = max(before.type.size, 1.0)
            room = word.left - before.left - (before.end - before.start) * size * _WIDE_CHARACTER
            is_break = abs(word.baseline - before.baseline) > 0.6 * size
            if not is_break and (room > size or word.left < before.left):
                gap = word.left - self._right_of(before)
                is_break = gap > COLUMN_GAP * size or gap < -size
                is_break = is_break and not self._is_mark(words[start:place])
            if is_break:
                yield words[start:place]
                start = place
        if words:
            yield words[start:]

    def _is_spaced_out(self, words: Sequence[_Word]) -> bool:
        """Whether all gaps are alike, as when a short line is stretched to the margin."""
        if len(words) < 3:
            return False
        gaps = [word.left - self._right_of(before) for before, word in pairwise(words)]
        return min(gaps) > 0.5 * max(gaps) and max(gaps) < _STRETCHED_GAP * words[0].type.size

    def _is_mark(self, words: Sequence[_Word]) -> bool:
        """Whether *words* are only a number or bullet, which stands apart from what it marks."""
        return len(words) == 1 and bool(_MARK.fullmatch(self._text, words[0].start, words[0].end))

    def _right_of(self, word: _Word) -> float:
        pdfium.FPDFText_GetCharBox(
            self._handle, word.end - 1, self._x, self._right, self._foot, self._y
        )
        match word.type.turn:
            case 0:
                return self._right.value
            case 1:
                return self._y.value
            case 2:
                return -self._x.value
            case _:
                return -self._foot.value

    def _line(self, words: Sequence[_Word], *, follows: bool) -> Line:
        first, last = words[0], words[-1]
        text = " ".join(self._text[word.start : word.end] for word in words)
        whole = text.rstrip(_SOFT_HYPHENS)
        return Line(
            text=whole or text,
            left=first.left,
            right=self._right_of(last),
            baseline=first.baseline,
            type=_prevailing(words),
            page=self._page,
            divided=whole != text or self._text[last.end : last.end + 1] == _DIVISION,
            follows=follows,
            tag=self._tag_at(first.start) if self._tags else 0,
            code=_code_in(words),
        )

    def _tag_at(self, index: int) -> int:
        text_object = pdfium.FPDFText_GetTextObject(self._handle, index)
        return self._tags.get(pdfium.FPDFPageObj_GetMarkedContentID(text_object), 0)


def turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """Return a place on the page as it is when the words that run *turn* are level."""
    match turn:
        case 1:
            return y, -x
        case 2:
            return -x, -y
        case 3:
            return -y, x
        case _:
            return x, y


def _text_of(text_page: Any) -> str:
    """Return one character for each that pdfium counts, so that places agree."""
    count = min(pdfium.FPDFText_CountChars(text_page), _CHARACTERS_LIMIT)
    if count <= 0:
        return ""
    units = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(text_page, 0, count, units)
    text = bytes(units)[: 2 * max(written - 1, 0)].decode("utf-16-le", "surrogatepass")
    if len(text) == count:
        return text
    # Characters beyond the first plane, or without a meaning, put the two counts out of step.
    codes = [pdfium.FPDFText_GetUnicode(text_page, index) for index in range(count)]
    return "".join(chr(code) if 0 < code < 0x110000 else " " for code in codes)


def _code_in(words: Sequence[_Word]) -> tuple[tuple[int, int], ...]:
    """Return where words in type of equal widths stand among others, in the text of the line."""
    first = words[0].type
    if all(word.type is first for word in words):
        return ()
    code = []
    end = -1
    for word in words:
        start, end = end + 1, end + 1 + word.end - word.start
        if word.type.fixed:
            code.append((start, end))
    return tuple(code) if len(code) < len(words) else ()


def _prevailing(words: Sequence[_Word]) -> Type:
    """Return the type of most characters; bold and italic only if all are.

    Code among words keeps its own type wherever it stands: the words tell how the line is set.
    """
    first = words[0].type
    if all(word.type is first for word in words):
        return first
    counts: dict[Type, int] = {}
    for word in words:
        counts[word.type] = counts.get(word.type, 0) + word.end - word.start
    told = [type_ for type_ in counts if not type_.fixed] or list(counts)
    return max(told, key=lambda type_: counts[type_])._replace(
        bold=all(type_.bold for type_ in told),
        italic=all(type_.italic for type_ in told),
        fixed=all(type_.fixed for type_ in counts),
    )
