"""What the names of styles say: programs write them in the language of whoever uses them."""

import re
from typing import Final

_HEADING: Final = re.compile(
    r"(?:heading|überschrift|titre|título|titulo|encabezado|titolo|kop|rubrik|overskrift|otsikko"
    r"|nadpis|nagłówek|заголовок|标题|見出し)[\s_]?([1-9])",
    re.I,
)
_CONTENTS: Final = re.compile(
    r"(?:toc|verzeichnis|inhaltsverzeichnis|contents|índice|indice|table des matières|tdc|tm)"
    r"\s?([1-9])",
    re.I,
)
_TITLES: Final = {"title", "titel", "título", "titre"}
_CODE: Final = re.compile(r"code|preformatted|listing|macro text", re.I)
_QUOTE: Final = re.compile(r"(?:intense )?quot|block text|zitat|cita|citation", re.I)
_FIXED_FONT: Final = re.compile(r"courier|consolas|menlo|monaco|.{0,40}\bmono\b", re.I)


def heading_level(style: str) -> int:
    """Return the level that headings of *style* have, 0 if it is none for headings."""
    match = _HEADING.fullmatch(style)
    return int(match[1]) if match else 0


def contents_level(style: str) -> int:
    """Return how deep a line of *style* stands in a table of contents, 0 for other styles."""
    match = _CONTENTS.fullmatch(style)
    return int(match[1]) if match else 0


def is_title(style: str) -> bool:
    """Return whether *style* is that of the document's own title."""
    return style.lower() in _TITLES


def is_code(style: str, font: str) -> bool:
    """Return whether *style*, or a *font* of fixed width, shows preformatted text."""
    return bool(_CODE.search(style)) or is_fixed(font)


def is_fixed(font: str) -> bool:
    """Return whether all characters of *font* are equally wide, as code is set."""
    return bool(_FIXED_FONT.match(font))


def is_quote(style: str) -> bool:
    """Return whether *style* is one for quotations."""
    return bool(_QUOTE.match(style))
