"""The names of OpenDocument elements and attributes that the reader knows, and its lengths."""

import re
from typing import Final

_NAMESPACE: Final = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE: Final = f"{{{_NAMESPACE}office:1.0}}"
TEXT: Final = f"{{{_NAMESPACE}text:1.0}}"
TABLE: Final = f"{{{_NAMESPACE}table:1.0}}"
DRAW: Final = f"{{{_NAMESPACE}drawing:1.0}}"
STYLE: Final = f"{{{_NAMESPACE}style:1.0}}"
FO: Final = f"{{{_NAMESPACE}xsl-fo-compatible:1.0}}"
DC: Final = "{http://purl.org/dc/elements/1.1/}"

P: Final = TEXT + "p"
H: Final = TEXT + "h"
LIST: Final = TEXT + "list"
TABLE_ELEMENT: Final = TABLE + "table"
SECTION: Final = TEXT + "section"
PAGE_BREAK: Final = TEXT + "soft-page-break"
TRACKED_CHANGES: Final = TEXT + "tracked-changes"
INDEX_BODY: Final = TEXT + "index-body"
#: What holds paragraphs, lists and tables as if they stood outside it.
CONTAINERS: Final = {
    SECTION,
    INDEX_BODY,
    TEXT + "index-title",
    TEXT + "table-of-content",
    TEXT + "alphabetical-index",
    TEXT + "bibliography",
    TEXT + "illustration-index",
    TEXT + "object-index",
    TEXT + "table-index",
    TEXT + "user-index",
    TEXT + "numbered-paragraph",
}

_LENGTH: Final = re.compile(r"(-?\d{1,6}(?:\.\d{1,9})?)(pt|in|cm|mm|pc|px)")
_POINTS: Final = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "pc": 12.0, "px": 0.75}


def points(length: str | None) -> float | None:
    """Return *length*, such as "0.5in", in points; None where it is none."""
    match = _LENGTH.fullmatch(length or "")
    return float(match[1]) * _POINTS[match[2]] if match else None
