"""The pages of a PDF, drawn by pdfium.

Only documents that have been read come here: a PDF that unpacks to gigabytes was refused then.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ctypes import byref, c_int
from pathlib import Path
from typing import Any, Final

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from ai_prism.core.errors import Corrupt
from ai_prism.core.model import Anchor
from ai_prism.core.page_images import Box, PagePlaces, PageSize, UnknownPage
from ai_prism.core.page_images.packing import scale_of
from ai_prism.core.page_images.rectangles import PageWords, Rectangle

#: pdfium tells places in whole units: so many to a point.
_FINE: Final = 16


def sizes(path: Path) -> list[PageSize]:
    """Return the sizes of all pages, as a reader turns and cuts them.

    Raises:
        Corrupt: the file cannot be opened.
    """
    with _opened(path) as document:
        return [PageSize(width=w, height=h) for w, h in map(document.get_page_size, _all(document))]


def drawn(path: Path, number: int) -> Image.Image:
    """Return page *number* as a picture.

    Raises:
        UnknownPage: there is none of that number.
        Corrupt: the file or the page is damaged.
    """
    with _opened(path) as document, _page(document, number) as page:
        picture: Image.Image = page.render(scale=scale_of(*page.get_size())).to_pil()
        return picture


def places(path: Path, number: int, anchors: Mapping[str, Anchor]) -> PagePlaces:
    """Return where on page *number* the words of *anchors* stand.

    Raises:
        UnknownPage: there is none of that number.
        Corrupt: the file or the page is damaged.
    """
    with _opened(path) as document, _page(document, number) as page, PageWords(page) as words:
        width, height = page.get_size()
        found = {key: words.find(anchor) for key, anchor in anchors.items()}
        return PagePlaces(
            size=PageSize(width=width, height=height),
            boxes={
                key: tuple(_box(page, rectangle) for rectangle in rectangles)
                for key, rectangles in found.items()
                if rectangles
            },
        )


def _box(page: Any, rectangle: Rectangle) -> Box:
    """Turn *rectangle* the way its page is turned, and count from the corner that is seen."""
    one = _seen(page, rectangle.left, rectangle.top)
    other = _seen(page, rectangle.right, rectangle.bottom)
    (left, right), (top, bottom) = (sorted(edges) for edges in zip(one, other, strict=True))
    return Box(x=left, y=top, width=right - left, height=bottom - top)


def _seen(page: Any, x: float, y: float) -> tuple[float, float]:
    width, height = (round(side * _FINE) for side in page.get_size())
    across, down = c_int(), c_int()
    raw.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, byref(across), byref(down))
    return across.value / _FINE, down.value / _FINE


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise Corrupt("The document is damaged: it cannot be opened as a PDF.") from error
    try:
        yield document
    finally:
        document.close()


@contextmanager
def _page(document: Any, number: int) -> Iterator[Any]:
    if number - 1 not in _all(document):
        raise UnknownPage(f"The document has {len(document)} pages.")
    try:
        page = document[number - 1]
        if min(page.get_size()) <= 0:
            raise Corrupt(f"Page {number} is damaged: it has no size.")
        yield page
    except pdfium.PdfiumError as error:
        raise Corrupt(f"Page {number} is damaged and cannot be shown.") from error


def _all(document: Any) -> range:
    return range(len(document))
