"""PDF files, read through pdfium page by page."""

import ctypes
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final

import pypdfium2.raw as pdfium

from ai_prism.core.errors import Corrupt, Encrypted, TooLarge
from ai_prism.core.model import BlockKind
from ai_prism.core.progress import Pages
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.pdf import blocks
from ai_prism.core.readers.pdf.bombs import refuse_bombs
from ai_prism.core.readers.pdf.bookmarks import bookmarks_of
from ai_prism.core.readers.pdf.characters import Line, lines_of, turned
from ai_prism.core.readers.pdf.fonts import Fonts
from ai_prism.core.readers.pdf.forms import refuse_form_bombs
from ai_prism.core.readers.pdf.furniture import Page, take_out_furniture
from ai_prism.core.readers.pdf.scans import read_scans
from ai_prism.core.readers.pdf.tags import Tags

#: Nobody reviews more in one go; a damaged file can claim millions.
_PAGES_LIMIT: Final = 10_000
#: A picture that covers less of its page is a logo or a line.
_PICTURE_SHARE: Final = 0.03
_OBJECTS_LOOKED_AT: Final = 500


def read(path: Path, draft: Draft, pages: Pages) -> None:
    """Put the text of the PDF at *path* into *draft*, telling *pages* of each page."""
    refuse_bombs(path, draft.name)
    refuse_form_bombs(path, draft.name)
    with _opened(path, draft.name) as document:
        total = pdfium.FPDF_GetPageCount(document)
        if total <= 0:
            raise Corrupt(f"“{draft.name}” is damaged: it has no pages.")
        if total > _PAGES_LIMIT:
            raise TooLarge(f"“{draft.name}” claims {total} pages, more than can be read.")
        draft.pages = total
        fonts, tags = Fonts(), Tags()
        found: list[Page] = []
        scans: list[int] = []
        recogniser = None
        for index in range(total):
            page = _read_page(document, index, fonts, tags, draft)
            if isinstance(page, Page):
                found.append(page)
            elif page is Unread.SCAN:
                if not scans:
                    # Asked at once: where scans are left to another, the rest is not read here.
                    recogniser = draft.find_recogniser()
                scans.append(index)
            pages(index + 1 - len(scans), total)
        found += read_scans(document, scans, recogniser, draft, pages)
        found.sort(key=lambda page: page.number)
        if tags.too_many:
            for line in (line for page in found for line in page.lines):
                line.tag = 0
        draft.pages_read = len(found)
        draft.title = _title_of(document)
        bookmarks = bookmarks_of(document)
    for text in take_out_furniture(found):
        draft.add(BlockKind.FURNITURE, text)
    blocks.fill(draft, found, bookmarks)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Any]:
    document = pdfium.FPDF_LoadDocument(str(path).encode(), None)
    if not document:
        if pdfium.FPDF_GetLastError() in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise Encrypted(f"“{name}” is protected with a password.")
        raise Corrupt(f"“{name}” is damaged: it cannot be opened as a PDF.")
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


class Unread(Enum):
    """Why a page has not been read."""

    DAMAGED = auto()
    SCAN = auto()  #: it is a picture


def _read_page(document: Any, index: int, fonts: Fonts, tags: Tags, draft: Draft) -> Page | Unread:
    """Return a page, or why it was not read; damage is a problem in *draft*."""
    where = f"page {index + 1}"
    handle = pdfium.FPDF_LoadPage(document, index)
    text_page = pdfium.FPDFText_LoadPage(handle) if handle else None
    try:
        if not text_page:
            draft.problem(Corrupt.code, "This page is damaged and could not be read.", where)
            return Unread.DAMAGED
        lines = lines_of(text_page, index + 1, fonts, tags.heading_levels(handle))
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(handle, box)
        if _shows_picture(handle, box):
            if not lines:
                return Unread.SCAN
            draft.skip("image", "Pictures are not read.", where)
        return _page(index + 1, lines, box)
    finally:
        pdfium.FPDFText_ClosePage(text_page)
        pdfium.FPDF_ClosePage(handle)


def _page(number: int, lines: Sequence[Line], box: Any) -> Page:
    """Return a page the way up that most of its words are, without those that run otherwise."""
    runs: Counter[int] = Counter()
    for line in lines:
        runs[line.type.turn] += len(line.text)
    turn = runs.most_common(1)[0][0] if runs else 0
    corners = turned(box.left, box.bottom, turn), turned(box.right, box.top, turn)
    (left, right), (bottom, top) = (sorted(edges) for edges in zip(*corners, strict=True))
    kept = [line for line in lines if line.type.turn == turn]
    for line in kept:
        line.left -= left
        line.right -= left
        line.baseline -= bottom
    return Page(number, kept, 0.0, 0.0, right - left, top - bottom)


def _shows_picture(page: Any, box: Any) -> bool:
    page_area = abs((box.right - box.left) * (box.top - box.bottom)) or 1.0
    edges = [ctypes.c_float() for _ in range(4)]
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _OBJECTS_LOOKED_AT)):
        shape = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(shape) != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        if pdfium.FPDFPageObj_GetBounds(shape, *edges):
            left, bottom, right, top = (edge.value for edge in edges)
            if (right - left) * (top - bottom) > _PICTURE_SHARE * page_area:
                return True
    return False


def _title_of(document: Any) -> str:
    length = pdfium.FPDF_GetMetaText(document, b"Title", None, 0)
    buffer = ctypes.create_string_buffer(length + 2)
    pdfium.FPDF_GetMetaText(document, b"Title", buffer, length)
    return buffer.raw[: max(length - 2, 0)].decode("utf-16-le", "replace")
