"""The tags of a PDF: what its author's program says each piece of a page is."""

import ctypes
import re
from collections.abc import Iterator
from typing import Any, Final

import pypdfium2.raw as pdfium

_HEADING: Final = re.compile(r"(?:H|Heading ?)([1-6])")
#: A damaged file can nest tags in a circle, or millions of them.
_ELEMENTS_LIMIT: Final = 20_000
_NAME_BYTES: Final = 64


def heading_tags_of(page: Any) -> dict[int, int]:
    """Return the heading levels on *page*, a pdfium handle, by the ids of marked content."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return {}
    try:
        return dict(_tagged(tree))
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _tagged(tree: Any) -> Iterator[tuple[int, int]]:
    """Yield (id of marked content, heading level)."""
    roots = pdfium.FPDF_StructTree_CountChildren(tree)
    pending = [
        (pdfium.FPDF_StructTree_GetChildAtIndex(tree, place), 0)
        for place in range(min(roots, _ELEMENTS_LIMIT))
    ]
    looked_at = 0
    while pending and looked_at < _ELEMENTS_LIMIT:
        element, level = pending.pop()
        if not element:
            continue
        looked_at += 1
        own = _HEADING.fullmatch(_type_of(element))
        level = int(own[1]) if own else level
        if level:
            for place in range(pdfium.FPDF_StructElement_GetMarkedContentIdCount(element)):
                mark = pdfium.FPDF_StructElement_GetMarkedContentIdAtIndex(element, place)
                if mark >= 0:
                    yield mark, level
        children = min(pdfium.FPDF_StructElement_CountChildren(element), _ELEMENTS_LIMIT)
        pending += (
            (pdfium.FPDF_StructElement_GetChildAtIndex(element, place), level)
            for place in range(children)
        )


def _type_of(element: Any) -> str:
    buffer = ctypes.create_string_buffer(_NAME_BYTES)
    length = pdfium.FPDF_StructElement_GetType(element, buffer, _NAME_BYTES)
    return buffer.raw[: min(max(length - 2, 0), _NAME_BYTES)].decode("utf-16-le", "replace")
