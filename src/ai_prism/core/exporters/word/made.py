"""The text of any document as the body of a Word file: headings, lists, tables, quotations, code.

What its format had beyond that, pictures and layout, is not there. The words are those of the text
that was reviewed, so a comment can stand on each of them.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from lxml import etree
from lxml.etree import _Element

from ai_prism.core.exporters.word.marks import SPACE
from ai_prism.core.exporters.word.skeleton import LEVELS, LOOKS
from ai_prism.core.model import Block, BlockKind, Document, Section
from ai_prism.core.readers.draft import Said, Trace
from ai_prism.core.readers.word.names import W

_STYLES: Final = {
    BlockKind.LIST_ITEM: "ListParagraph",
    BlockKind.CODE: "Code",
    BlockKind.QUOTE: "Quote",
    BlockKind.FOOTNOTE: "FootnoteText",
    BlockKind.CONTENTS: "Aside",
    BlockKind.FURNITURE: "Aside",
}
#: Word takes no more columns; what stands further right goes into the last one.
_MOST_COLUMNS: Final = 63
_NUMBER: Final = re.compile(r"(\d{1,6})([.)])")
_BULLETS: Final = frozenset("-*+•‣▪–◦·○■")
_BREAKS: Final = re.compile(r"([\n\t])")


class Body:
    """The body of a Word file that says the text of a document."""

    def __init__(self, numbering: _Element, trace: Trace) -> None:
        """Add lists to the root of *numbering*, and tell *trace* which elements say what."""
        self._lists = _Lists(numbering)
        self._trace = trace

    def fill(self, root: _Element, document: Document, sections: Sequence[Section]) -> None:
        """Put the blocks of *document* below the *root* of the file."""
        body = root.find(W + "body")
        assert body is not None  # noqa: S101 (it is a skeleton of ours)
        own = body[0]
        levels = {section.start: section.level for section in sections}
        tables = groupby(document.blocks, key=lambda b: b.cell.table if b.cell else None)
        for table, blocks in tables:
            if table is not None:
                body.append(self._table(document, list(blocks)))
                etree.SubElement(body, W + "p")  # two tables with nothing between would be one
                continue
            for block in blocks:
                body.append(self._paragraph(document, block, levels.get(block.start)))
        if len(body) > 1:
            body.remove(own)  # the skeleton's paragraph: a body has at least one

    def _table(self, document: Document, blocks: Sequence[Block]) -> _Element:
        table = etree.Element(W + "tbl")
        look = etree.SubElement(table, W + "tblPr")
        etree.SubElement(look, W + "tblStyle").set(W + "val", "TableGrid")
        width = 1 + max(_column(block) for block in blocks)
        grid = etree.SubElement(table, W + "tblGrid")
        for _ in range(width):
            etree.SubElement(grid, W + "gridCol")
        for _, of_row in groupby(blocks, key=lambda b: b.cell.row if b.cell else 0):
            self._add_row(table, document, list(of_row), width)
        return table

    def _add_row(
        self, table: _Element, document: Document, blocks: Sequence[Block], width: int
    ) -> None:
        row = etree.SubElement(table, W + "tr")
        if any(block.cell and block.cell.header for block in blocks):
            etree.SubElement(etree.SubElement(row, W + "trPr"), W + "tblHeader")
        cells = [etree.SubElement(row, W + "tc") for _ in range(width)]
        for block in blocks:
            cells[_column(block)].append(self._paragraph(document, block, None))
        for cell in cells:
            if not len(cell):
                etree.SubElement(cell, W + "p")  # without one Word calls the file damaged

    def _paragraph(self, document: Document, block: Block, level: int | None) -> _Element:
        paragraph = etree.Element(W + "p")
        look = etree.SubElement(paragraph, W + "pPr")
        style = _STYLES.get(block.kind, "")
        if block.kind is BlockKind.HEADING or level is not None:
            style = f"Heading{min(max(1, level or block.level), LEVELS)}"
        if style:
            etree.SubElement(look, W + "pStyle").set(W + "val", style)
        is_item = block.kind is BlockKind.LIST_ITEM and level is None
        is_numbered = is_item and self._lists.number(look, block)
        if (
            block.number
            and not is_numbered
            and not document.text_of(block).startswith(block.number)
        ):
            _add_words(etree.SubElement(paragraph, W + "r"), f"{block.number}\t")
        self._trace(block.start, document.text_of(block), _add_runs(paragraph, document, block))
        return paragraph


class _Lists:
    """The lists of a file: a number that does not follow the one before begins another list."""

    def __init__(self, numbering: _Element) -> None:
        self._numbering = numbering
        self._count = 0
        self._open: dict[int, tuple[str, int, int]] = {}  #: by level: mark, number, list

    def number(self, look: _Element, block: Block) -> bool:
        """Have Word number the paragraph of *block*; False: it cannot number so."""
        level = min(max(1, block.level), LEVELS) - 1
        mark, number = _mark_and_number(block.number)
        if mark is None:
            return False
        for deeper in [other for other in self._open if other > level]:
            del self._open[deeper]
        before = self._open.get(level)
        goes_on = before is not None and before[0] == mark and (not mark or before[1] + 1 == number)
        list_ = before[2] if before and goes_on else self._new(level, mark, number)
        self._open[level] = (mark, number, list_)
        numbered = etree.SubElement(look, W + "numPr")
        etree.SubElement(numbered, W + "ilvl").set(W + "val", str(level))
        etree.SubElement(numbered, W + "numId").set(W + "val", str(list_))
        return True

    def _new(self, level: int, mark: str, first: int) -> int:
        self._count += 1
        made = etree.SubElement(self._numbering, W + "num")
        made.set(W + "numId", str(self._count))
        etree.SubElement(made, W + "abstractNumId").set(W + "val", str(LOOKS[mark]))
        if mark:
            override = etree.SubElement(made, W + "lvlOverride")
            override.set(W + "ilvl", str(level))
            etree.SubElement(override, W + "startOverride").set(W + "val", str(first))
        return self._count


def _mark_and_number(number: str) -> tuple[str | None, int]:
    """Return what stands behind the number of a list item, "" for a bullet, and the number."""
    if number in _BULLETS:
        return "", 0
    match = _NUMBER.fullmatch(number)
    return (match[2], int(match[1])) if match else (None, 0)


def _column(block: Block) -> int:
    return min(block.cell.column, _MOST_COLUMNS - 1) if block.cell else 0


def _add_runs(paragraph: _Element, document: Document, block: Block) -> list[Said]:
    """Put the words of *block* into *paragraph*, and return which element says which of them."""
    said: list[Said] = []
    for start, end, is_code in _stretches(block):
        run = etree.SubElement(paragraph, W + "r")
        if is_code:
            look = etree.SubElement(run, W + "rPr")
            etree.SubElement(look, W + "rStyle").set(W + "val", "CodeWords")
        said += _add_words(run, document.text[start:end])
    return said


def _stretches(block: Block) -> Iterator[tuple[int, int, bool]]:
    """Yield from where to where the words of *block* are code, and where not, in order."""
    place = block.start
    for start, end in sorted(block.verbatim):
        start, end = max(start, place), min(end, block.end)
        if start >= end:
            continue
        if place < start:
            yield place, start, False
        yield start, end, True
        place = end
    if place < block.end:
        yield place, block.end, False


def _add_words(run: _Element, words: str) -> list[Said]:
    said: list[Said] = []
    for part in _BREAKS.split(words):
        if part == "\n":
            said.append((part, etree.SubElement(run, W + "br")))
        elif part == "\t":
            said.append((part, etree.SubElement(run, W + "tab")))
        elif part:
            text = etree.SubElement(run, W + "t")
            text.set(SPACE, "preserve")
            text.text = part
            said.append((part, text))
    return said
