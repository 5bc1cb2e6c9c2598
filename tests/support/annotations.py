"""The annotations of a PDF, and the words that lie under them."""

import ctypes
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw


def annotations(pdf: Path | bytes) -> Iterator[tuple[int, int, str, str]]:
    """Yield (page, kind, contents, the words under it) of each annotation."""
    with pdfium.PdfDocument(pdf) as document:
        for number in range(len(document)):
            page = document[number]
            text_page = page.get_textpage()
            for place in range(raw.FPDFPage_GetAnnotCount(page.raw)):
                annotation = raw.FPDFPage_GetAnnot(page.raw, place)
                kind = raw.FPDFAnnot_GetSubtype(annotation)
                yield number + 1, kind, _contents(annotation), _under(annotation, text_page)
                raw.FPDFPage_CloseAnnot(annotation)
            text_page.close()
            page.close()


def _contents(annotation: object) -> str:
    length = raw.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
    buffer = ctypes.create_string_buffer(length)
    wide = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    raw.FPDFAnnot_GetStringValue(annotation, b"Contents", wide, length)
    return buffer.raw[: length - 2].decode("utf-16-le")


def _under(annotation: object, text_page: pdfium.PdfTextPage) -> str:
    """Return the characters whose middle lies under *annotation*, in the order of the file."""
    boxes = []
    for number in range(raw.FPDFAnnot_CountAttachmentPoints(annotation)):
        corners = raw.FS_QUADPOINTSF()
        raw.FPDFAnnot_GetAttachmentPoints(annotation, number, corners)
        boxes.append((corners.x1, corners.y3, corners.x2, corners.y1))
    if not boxes:
        return ""
    text = text_page.get_text_range()
    under = []
    for place, sign in enumerate(text):
        left, bottom, right, top = text_page.get_charbox(place)
        x, y = (left + right) / 2, (bottom + top) / 2
        if any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in boxes):
            under.append(sign)
    return "".join(under)
