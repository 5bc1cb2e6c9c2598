"""The rows of one sheet: their cells as they are shown, and what the file holds back."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from lxml.etree import _Element

from ai_prism.core.readers import xml
from ai_prism.core.readers.sheets.formats import Formats
from ai_prism.core.readers.sheets.names import S
from ai_prism.core.readers.xml import number, switch

_REFERENCE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_AROUND_ROWS: Final = {S + "worksheet", S + "sheetData"}
_COLUMNS_LIMIT: Final = 16_384
_PHONETIC: Final = S + "rPh"


class SheetCell(NamedTuple):
    """A cell with something in it."""

    column: int  #: from 0
    text: str
    is_text: bool  #: as opposed to a number, a date or a truth value
    bold: bool


@dataclass(slots=True)
class Row:
    """A row with something in it."""

    number: int  #: from 1, as people count
    cells: list[SheetCell]
    hidden: bool = False
    without_value: list[str] = field(default_factory=list)  #: cells whose formula has none


def rows_of(data: bytes, strings: Sequence[str], formats: Formats) -> Iterator[Row]:
    """Yield the rows of the sheet in *data* that are not empty.

    Raises:
        etree.XMLSyntaxError: the XML breaks off or breaks its rules.
    """
    last = 0
    for element in xml.elements_of(data, (S + "row",), inside=_AROUND_ROWS):
        last = max(last + 1, number(element.get("r"), last + 1))
        row = _row_of(element, last, strings, formats)
        if row.cells or row.without_value:
            yield row


def strings_of(data: bytes | None) -> list[str]:
    """Return the strings that the cells of a workbook share, from the part that holds them."""
    if data is None:
        return []
    elements = xml.elements_of(data, (S + "si",), inside={S + "sst"})
    return [_text_of(element) for element in elements]


def _row_of(element: _Element, place: int, strings: Sequence[str], formats: Formats) -> Row:
    row = Row(place, [], hidden=switch(element.get("hidden")))
    column = -1
    for cell in element.iterfind(S + "c"):
        column = _column_of(cell.get("r"), column + 1)
        text = _shown(cell, strings, formats)
        if text.strip() and column < _COLUMNS_LIMIT:
            is_text = cell.get("t") in ("s", "str", "inlineStr")
            row.cells.append(SheetCell(column, text, is_text, formats.of(cell.get("s")).bold))
        elif cell.find(S + "f") is not None and cell.find(S + "v") is None:
            row.without_value.append(cell.get("r") or f"row {place}")
    return row


def _column_of(reference: str | None, otherwise: int) -> int:
    match = _REFERENCE.fullmatch(reference or "")
    if not match:
        return otherwise
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _shown(cell: _Element, strings: Sequence[str], formats: Formats) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(S + "is")
        return "" if inline is None else _text_of(inline)
    value = cell.findtext(S + "v") or ""
    match kind:
        case "s":
            place = number(value, -1)
            return strings[place] if 0 <= place < len(strings) else ""
        case "b":
            return "TRUE" if value == "1" else "FALSE"
        case "n":
            return formats.shown(value, formats.of(cell.get("s"))) if value else ""
    return value


def _text_of(element: _Element) -> str:
    """Return the words in *element* without the reading aids that some languages add."""
    words = [
        word.text or ""
        for word in element.iter(S + "t")
        if next(word.iterancestors(_PHONETIC), None) is None
    ]
    return "".join(words)
