"""The PDF that was reviewed, with the findings as highlights and notes on the words.

pdfium, which reads it, writes them as well, behind the bytes of the original: those stay.
"""

import ctypes
import hashlib
import io
import re
from collections import defaultdict
from typing import Any, Final

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ai_prism.core.errors import Corrupt
from ai_prism.core.exporters import wording
from ai_prism.core.exporters.order import Order, for_the_document
from ai_prism.core.exporters.remarks import Remark, at_the_top, of_findings
from ai_prism.core.model import Level, Review
from ai_prism.core.page_images.rectangles import PageWords, Rectangle

_COLOURS: Final = {
    Level.HIGH: (255, 120, 110), Level.MEDIUM: (255, 205, 90), Level.LOW: (150, 205, 255),
}  # fmt: skip
#: pdfium puts numbers by chance into the last of these, whatever there was.
_ID: Final = re.compile(rb"/ID\s*\[\s*<([0-9A-Fa-f]{32})>\s*<([0-9A-Fa-f]{32})>\s*\]")
#: A note's sign, from the upper left corner of its page, in points.
_SIGN: Final = 20.0


def export(review: Review, order: Order) -> bytes:
    """Return the original with the findings of *review* as annotations.

    Raises:
        Corrupt: the file cannot be opened any more.
    """
    if order.original is None:
        raise Corrupt("The document is no longer there.")
    try:
        document = pdfium.PdfDocument(order.original)
    except pdfium.PdfiumError as error:
        raise Corrupt(f"“{review.document.name}” is damaged: it cannot be opened.") from error
    try:
        _annotate(document, review, for_the_document(review, order.include))
        made = io.BytesIO()
        document.save(made, flags=raw.FPDF_INCREMENTAL)
    finally:
        document.close()
    return _with_settled_id(made.getvalue())


def _annotate(document: Any, whole: Review, review: Review) -> None:
    """Put what stands somewhere on its page, and all else on the first."""
    by_page: defaultdict[int, list[Remark]] = defaultdict(list)
    for remark in of_findings(review):
        if remark.anchor and remark.anchor.page is not None:
            by_page[remark.anchor.page].append(remark)
    levels = {finding.id: finding.severity for finding in review.findings}
    for number, remarks in sorted(by_page.items()):
        page = document[number - 1]
        with PageWords(page) as words:
            for remark in remarks:
                _put(page, words, remark, levels[remark.finding])
        page.close()
    placed = {remark.finding for remarks in by_page.values() for remark in remarks}
    rest = [finding for finding in review.findings if finding.id not in placed]
    first = document[0]
    _note(first, at_the_top(review, whole, rest))
    first.close()


def _put(page: Any, words: PageWords, remark: Remark, level: Level) -> None:
    """Highlight the words of *remark*, or say on a page without words what they are."""
    assert remark.anchor is not None  # noqa: S101 (only those with a page come here)
    found = words.find(remark.anchor)
    if not found:
        _note(page, remark.on(remark.anchor.quote))
        return
    with _Annotation(page, raw.FPDF_ANNOT_HIGHLIGHT) as annotation:
        for box in found:
            annotation.cover(box)
        annotation.colour(_COLOURS[level])
        annotation.say(remark)


def _note(page: Any, remark: Remark) -> None:
    top = page.get_height()
    with _Annotation(page, raw.FPDF_ANNOT_TEXT) as annotation:
        annotation.surround([Rectangle(_SIGN, top - 2 * _SIGN, 2 * _SIGN, top - _SIGN)])
        annotation.colour(_COLOURS[Level.MEDIUM])
        annotation.say(remark)


class _Annotation:
    """One annotation of a page."""

    def __init__(self, page: Any, kind: int) -> None:
        self._handle = raw.FPDFPage_CreateAnnot(page.raw, kind)
        self._boxes: list[Rectangle] = []

    def __enter__(self) -> "_Annotation":
        return self

    def __exit__(self, *_: object) -> None:
        self.surround(self._boxes)
        raw.FPDFPage_CloseAnnot(self._handle)

    def cover(self, box: Rectangle) -> None:
        corners = raw.FS_QUADPOINTSF(
            box.left, box.top, box.right, box.top, box.left, box.bottom, box.right, box.bottom
        )
        raw.FPDFAnnot_AppendAttachmentPoints(self._handle, corners)
        self._boxes.append(box)

    def surround(self, boxes: list[Rectangle]) -> None:
        if boxes:
            around = raw.FS_RECTF(
                min(box.left for box in boxes),
                max(box.top for box in boxes),
                max(box.right for box in boxes),
                min(box.bottom for box in boxes),
            )
            raw.FPDFAnnot_SetRect(self._handle, around)

    def colour(self, colour: tuple[int, int, int]) -> None:
        raw.FPDFAnnot_SetColor(self._handle, raw.FPDFANNOT_COLORTYPE_Color, *colour, 255)

    def say(self, remark: Remark) -> None:
        self._set(b"Contents", "\n".join(map(wording.one_line, remark.lines)))
        self._set(b"T", "AI-Prism")
        self._set(b"NM", remark.key)
        raw.FPDFAnnot_SetFlags(self._handle, raw.FPDF_ANNOT_FLAG_PRINT)

    def _set(self, key: bytes, words: str) -> None:
        data = ctypes.create_string_buffer(f"{words}\0".encode("utf-16-le"))
        wide = ctypes.cast(data, ctypes.POINTER(ctypes.c_ushort))
        raw.FPDFAnnot_SetStringValue(self._handle, key, wide)


def _with_settled_id(data: bytes) -> bytes:
    """Return the file with an id that its content gives: the same review gives the same bytes."""
    found = list(_ID.finditer(data))
    if not found:
        return data
    start, end = found[-1].span()
    kept = found[-1][1] if len(found) > 1 and found[0][1] == found[-1][1] else None
    settled = hashlib.sha256(data[:start] + data[end:]).hexdigest()[:32].upper().encode()
    return data[:start] + b"/ID[<%b><%b>]" % (kept or settled, settled) + data[end:]
