"""Pages that are pictures: drawn, given to recognition, and made into lines like any others."""

import ctypes
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any, Final, TypeAlias

import pypdfium2.raw as pdfium

from ai_prism.core.progress import Pages, Stage
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.pdf.characters import COLUMN_GAP, Line
from ai_prism.core.readers.pdf.fonts import Type
from ai_prism.core.readers.pdf.furniture import Page
from ai_prism.core.readers.recognition import Picture, Recogniser, RecognitionFailed, Row, Word

_ADVICE: Final = "Where Tesseract is installed, its words are recognised."
#: Under this, every fourth word or more may be wrong.
_HARD_TO_READ: Final = 0.75
_POINTS_PER_INCH: Final = 72.0
#: Finer took more time and found no more words.
DOTS_PER_INCH: Final = 200.0
#: A poster is drawn more coarsely, so that it takes no more memory than four pages.
PIXELS_LIMIT: Final = 16_000_000
#: Pixels darker than this are ink.
_DARK: Final = 128
_INK: Final = bytes(int(shade < _DARK) for shade in range(256))
_FIRST_OF_STROKE: Final = b"\0\1"
#: Paper is lighter than this, and so is an empty page but for some dust.
_PAPER: Final = 200
_NOT_PAPER: Final = bytes(int(shade < _PAPER) for shade in range(256))
_BLANK_SHARE: Final = 0.0005
#: Of what is less sure than this most is no text: patterns, drawings, faces.
_LEAST_SURENESS: Final = 0.5
_LETTERS: Final = re.compile(r"\w")
_LEADER: Final = re.compile(r"[.…·]{3,}.*")
#: Bullets as they are recognised: a dot is taken for these when it stands far from the words.
_BULLET: Final = re.compile(r"[•°+*«»©¢®eo.·-]")
_BULLET_GAP: Final = 0.4
#: The type is this much larger than its letters are high.
_TYPE_SIZE: Final = 1.06
#: Sizes this close together are one, measured twice.
_SAME_SIZE: Final = 0.12
#: Strokes are this much thicker in bold type.
_BOLD_STROKE: Final = 1.25
#: Returns the page at an index as a picture, or raises `RecognitionFailed`.
Draw: TypeAlias = Callable[[int], Picture]


@dataclass(slots=True)
class _Measured:
    """A line, and what is measured of its letters."""

    line: Line
    stroke: float  #: how thick strokes are, as a share of the height of the letters


def read_scans(
    document: Any,
    scans: Sequence[int],
    recogniser: Recogniser | None,
    draft: Draft,
    pages: Pages,
) -> list[Page]:
    """Return those of *scans*, pages by index of an open *document*, that *recogniser* can read.

    The others are listed in *draft*, and *pages* is told of each.
    """
    total = pdfium.FPDF_GetPageCount(document)
    if recogniser is None:
        for index in scans:
            draft.skip("page", f"It is a picture without text: a scan. {_ADVICE}", _at(index))
        if scans:
            pages(total, total)
        return []
    return recognised(recogniser, partial(_drawn, document), scans, total, draft, pages)


def recognised(
    recogniser: Recogniser,
    draw: Draw,
    indices: Sequence[int],
    total: int,
    draft: Draft,
    pages: Pages,
) -> list[Page]:
    """Return those of the pages at *indices*, as *draw* draws them, that *recogniser* can read.

    The others are listed in *draft*, and *pages* is told of each: the last ones of *total*.
    """
    recognition = _Recognition(recogniser, draft)
    found = []
    for place, index in enumerate(indices):
        pages(total - len(indices) + place, total, Stage.RECOGNISING)
        page = recognition.page(draw, index)
        if page:
            found.append(page)
    pages(total, total, Stage.RECOGNISING)
    recognition.settle()
    return found


class _Recognition:
    """The recognised pages of one document."""

    def __init__(self, recogniser: Recogniser, draft: Draft) -> None:
        self._recogniser = recogniser
        self._draft = draft
        self._measured: list[_Measured] = []

    def page(self, draw: Draw, index: int) -> Page | None:
        """Return the page at *index*; None and why not in the draft if it has no words."""
        try:
            picture = draw(index)
            if _is_blank(picture):
                return _page_of(index, picture, [])
            rows = _words_among(self._recogniser.recognise(picture))
        except RecognitionFailed as failure:
            self._draft.problem("not_recognised", str(failure), _at(index))
            return None
        if not rows:
            self._draft.skip(
                "page", "It is a picture in which no words were recognised.", _at(index)
            )
            return None
        self._say(index, rows)
        return _page_of(index, picture, self._lines(index, picture, rows))

    def settle(self) -> None:
        """Give all lines their type: what is measured differs a little from line to line."""
        letters: Counter[float] = Counter()
        for measured in self._measured:
            letters[measured.line.type.size] += len(measured.line.text)
        sizes = _settled(letters)
        plain = _usual_stroke(self._measured)
        for measured in self._measured:
            measured.line.type = measured.line.type._replace(
                size=sizes[measured.line.type.size],
                bold=measured.stroke > _BOLD_STROKE * plain,
            )

    def _say(self, index: int, rows: Sequence[Row]) -> None:
        letters = sum(len(word.text) for row in rows for word in row.words)
        sure = sum(len(word.text) * word.confidence for row in rows for word in row.words)
        confidence = sure / letters
        self._draft.recognised(index + 1, confidence)
        message = (
            "This page is a picture: its words were recognised, and some may be wrong. Spelling and"
            " grammar are not checked on it."
        )
        if confidence < _HARD_TO_READ:
            message = (
                f"This page is a picture that is hard to read: its words were recognised with a"
                f" confidence of {confidence:.0%}. Compare what is quoted with the page."
            )
        self._draft.problem("recognised", message, _at(index))

    def _lines(self, index: int, picture: Picture, rows: Sequence[Row]) -> list[Line]:
        scale = _POINTS_PER_INCH / picture.dots_per_inch
        slope = median([row.slope for row in rows if len(row.words) > 2] or [0.0])
        ink = picture.pixels.translate(_INK)
        lines = []
        for row in rows:
            stroke = _stroke(ink, picture.width, row)
            for line in _lines_of(row, index + 1, picture.height, slope, scale):
                lines.append(line)
                self._measured.append(_Measured(line, stroke))
        return lines


def _at(index: int) -> str:
    return f"page {index + 1}"


def _page_of(index: int, picture: Picture, lines: list[Line]) -> Page:
    scale = _POINTS_PER_INCH / picture.dots_per_inch
    return Page(index + 1, lines, 0.0, 0.0, picture.width * scale, picture.height * scale)


def _drawn(document: Any, index: int) -> Picture:
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        raise RecognitionFailed("This page is damaged and could not be drawn.")
    try:
        return _picture_of(page)
    finally:
        pdfium.FPDF_ClosePage(page)


def _picture_of(page: Any) -> Picture:
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    inches = width * height / _POINTS_PER_INCH**2
    dots_per_inch = min(DOTS_PER_INCH, (PIXELS_LIMIT / max(inches, 0.01)) ** 0.5)
    scale = dots_per_inch / _POINTS_PER_INCH
    across, down = max(1, int(width * scale)), max(1, int(height * scale))
    # With the rows without gaps, nothing has to be copied together afterwards.
    pixels = ctypes.create_string_buffer(across * down)
    bitmap = pdfium.FPDFBitmap_CreateEx(across, down, pdfium.FPDFBitmap_Gray, pixels, across)
    if not bitmap:
        raise RecognitionFailed("There is not enough memory to draw this page.")
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, across, down, 0xFFFFFFFF)
        how = pdfium.FPDF_ANNOT | pdfium.FPDF_GRAYSCALE
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, across, down, 0, how)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return Picture(across, down, pixels.raw, dots_per_inch)


def _is_blank(picture: Picture) -> bool:
    """Return whether there is nothing on *picture* but dust."""
    marked = picture.pixels.translate(_NOT_PAPER).count(1)
    return marked < _BLANK_SHARE * len(picture.pixels)


def _words_among(rows: Sequence[Row]) -> list[Row]:
    """Return those of *rows* that are words, without what a pattern was taken for."""
    tidy = [row._replace(words=[_without_leader(word) for word in row.words]) for row in rows]
    return [row for row in tidy if _is_text(row)]


def _is_text(row: Row) -> bool:
    text = "".join(word.text for word in row.words)
    return bool(_LETTERS.search(text)) and (row.confidence >= _LEAST_SURENESS or "...." in text)


def _without_leader(word: Word) -> Word:
    """Return *word* with the dots that lead to a page number as dots: they are hard to count."""
    return word._replace(text=_LEADER.sub("....", word.text))


def _lines_of(row: Row, number: int, height: int, slope: float, scale: float) -> Iterator[Line]:
    """Yield the lines of *row*, cut at gaps as between columns, turned level by *slope*."""
    size = row.size * scale * _TYPE_SIZE
    parts = list(_parts(_with_bullet(row), COLUMN_GAP * size / scale))
    for place, words in enumerate(parts):
        text = " ".join(word.text for word in words)
        left = words[0].left
        baseline = row.baseline + row.slope * (left - row.words[0].left)
        divided = len(text) > 2 and text.endswith(("-", "‐")) and text[-2].isalpha()
        yield Line(
            text=text.rstrip("-‐") if divided else text,
            left=(left + slope * baseline) * scale,
            right=(words[-1].right + slope * baseline) * scale,
            baseline=(height - baseline + slope * left) * scale,
            type=Type(round(size, 1), bold=False, italic=False, font="", colour=""),
            page=number,
            divided=divided,
            follows=place > 0,
        )


def _with_bullet(row: Row) -> list[Word]:
    """Return the words of *row* with the bullet before them as one, if there is one."""
    first, *others = row.words
    is_apart = bool(others) and others[0].left - first.right > _BULLET_GAP * row.size
    if not is_apart or not _BULLET.fullmatch(first.text):
        return list(row.words)
    return [others[0]._replace(text=f"• {others[0].text}", left=first.left), *others[1:]]


def _parts(words: Sequence[Word], widest_gap: float) -> Iterator[list[Word]]:
    start = 0
    for place, (before, word) in enumerate(pairwise(words), start=1):
        if word.left - before.right > widest_gap:
            yield list(words[start:place])
            start = place
    yield list(words[start:])


def _stroke(ink: bytes, width: int, row: Row) -> float:
    """Return how thick the strokes of *row* are, as a share of the height of its letters."""
    left, right = row.words[0].left, row.words[-1].right
    dark = strokes = 0
    for y in range(row.top, row.bottom):
        pixels = ink[y * width + left : y * width + right]
        dark += pixels.count(1)
        strokes += pixels.count(_FIRST_OF_STROKE)
    return dark / max(1, strokes) / max(1.0, row.size)


def _settled(letters: Mapping[float, int]) -> dict[float, float]:
    """Return for each size the commonest one that is as good as the same."""
    settled: dict[float, float] = {}
    for size in sorted(letters, key=lambda size: (-letters[size], size)):
        near = [kept for kept in settled.values() if abs(kept - size) <= _SAME_SIZE * kept]
        settled[size] = min(near, key=lambda kept: abs(kept - size), default=size)
    return settled


def _usual_stroke(measured: Sequence[_Measured]) -> float:
    strokes: list[tuple[float, int]] = sorted((m.stroke, len(m.line.text)) for m in measured)
    half = sum(letters for _, letters in strokes) / 2
    for stroke, letters in strokes:
        half -= letters
        if half <= 0:
            return stroke
    return 0.0
