"""The tags of a PDF: what its author's program says each piece of a page is."""

import ctypes
import re
from collections.abc import Iterator
from typing import Any, Final

import pypdfium2.raw as pdfium

_HEADING: Final = re.compile(r"(?:H|Heading ?)([1-6])")
#: A damaged file can nest tags in a circle, or millions of them.
_ELEMENTS_LIMIT: Final = 20_000
#: pdfium goes through all children for every page: with more, pages would take longer and longer.
_CHILDREN_LIMIT: Final = 2_000
_NAME_BYTES: Final = 64


class Tags:
    """Reads the tags of one file, as long as that takes no longer than the page itself."""

    def __init__(self) -> None:
        """Begin before the first page."""
        self.too_many = False  #: then they are left aside, those of earlier pages too

    def heading_levels(self, page: Any) -> dict[int, int]:
        """Return the heading levels on *page*, a pdfium handle, by the ids of marked content."""
        tree = None if self.too_many else pdfium.FPDF_StructTree_GetForPage(page)
        if not tree:
            return {}
        try:
            levels = dict(self._tagged(tree))
        finally:
            pdfium.FPDF_StructTree_Close(tree)
        return {} if self.too_many else levels

    def _tagged(self, tree: Any) -> Iterator[tuple[int, int]]:
        """Yield (id of marked content, heading level)."""
        roots = min(pdfium.FPDF_StructTree_CountChildren(tree), _CHILDREN_LIMIT)
        pending = [
            (pdfium.FPDF_StructTree_GetChildAtIndex(tree, place), 0) for place in range(roots)
        ]
        looked_at = 0
        while pending and looked_at < _ELEMENTS_LIMIT:
            element, level = pending.pop()
            if not element:
                # It stands on another page.
                continue
            looked_at += 1
            own = _HEADING.fullmatch(_type_of(element))
            level = int(own[1]) if own else level
            if level:
                yield from ((mark, level) for mark in _marks_of(element))
            children = pdfium.FPDF_StructElement_CountChildren(element)
            if children > _CHILDREN_LIMIT:
                self.too_many = True
                return
            pending += (
                (pdfium.FPDF_StructElement_GetChildAtIndex(element, place), level)
                for place in range(children)
            )


def _marks_of(element: Any) -> Iterator[int]:
    for place in range(pdfium.FPDF_StructElement_GetMarkedContentIdCount(element)):
        mark = pdfium.FPDF_StructElement_GetMarkedContentIdAtIndex(element, place)
        if mark >= 0:
            yield mark


def _type_of(element: Any) -> str:
    buffer = ctypes.create_string_buffer(_NAME_BYTES)
    length = pdfium.FPDF_StructElement_GetType(element, buffer, _NAME_BYTES)
    return buffer.raw[: min(max(length - 2, 0), _NAME_BYTES)].decode("utf-16-le", "replace")
