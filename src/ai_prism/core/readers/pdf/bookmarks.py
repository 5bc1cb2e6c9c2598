"""The bookmarks of a PDF: the outline its author's program wrote, used where the page agrees."""

import ctypes
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium

#: A damaged file can chain bookmarks in a circle.
_BOOKMARKS_LIMIT: Final = 20_000
_DEPTH_LIMIT: Final = 12


class Bookmark(NamedTuple):
    """One entry: its title, depth from 1 and page from 1 (0 where it does not say)."""

    title: str
    level: int
    page: int


def bookmarks_of(document: Any) -> list[Bookmark]:
    """Return the bookmarks of *document*, a pdfium handle, in their order."""
    return list(_walk(document))


def _walk(document: Any) -> Iterator[Bookmark]:
    seen: set[int] = set()
    pending = [(pdfium.FPDFBookmark_GetFirstChild(document, None), 1)]
    while pending and len(seen) < _BOOKMARKS_LIMIT:
        handle, level = pending.pop()
        address = ctypes.cast(handle, ctypes.c_void_p).value
        if not address or address in seen:
            continue
        seen.add(address)
        pending.append((pdfium.FPDFBookmark_GetNextSibling(document, handle), level))
        if level < _DEPTH_LIMIT:
            pending.append((pdfium.FPDFBookmark_GetFirstChild(document, handle), level + 1))
        yield Bookmark(_title_of(handle), level, _page_of(document, handle))


def _title_of(handle: Any) -> str:
    length = pdfium.FPDFBookmark_GetTitle(handle, None, 0)
    buffer = ctypes.create_string_buffer(length + 2)
    pdfium.FPDFBookmark_GetTitle(handle, buffer, length)
    return buffer.raw[: max(length - 2, 0)].decode("utf-16-le", "replace")


def _page_of(document: Any, handle: Any) -> int:
    destination = pdfium.FPDFBookmark_GetDest(document, handle)
    if not destination:
        action = pdfium.FPDFBookmark_GetAction(handle)
        destination = pdfium.FPDFAction_GetDest(document, action) if action else None
    return pdfium.FPDFDest_GetDestPageIndex(document, destination) + 1 if destination else 0
