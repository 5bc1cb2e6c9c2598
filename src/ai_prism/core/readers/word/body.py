"""The body of a Word file as blocks: paragraphs, headings, lists, tables, notes, text boxes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from lxml.etree import _Element

from ai_prism.core.model import BlockKind, Cell, Style
from ai_prism.core.readers.counting import counted
from ai_prism.core.readers.draft import Draft, Said
from ai_prism.core.readers.word.names import W, switch, value
from ai_prism.core.readers.word.numbering import Numbering
from ai_prism.core.readers.word.paragraphs import Paragraph, ParagraphReader
from ai_prism.core.readers.xml import number

_P: Final = W + "p"
_TABLE: Final = W + "tbl"
_INSERTED: Final = W + "altChunk"
_ROW: Final = W + "tr"
_CELL: Final = W + "tc"
#: Word allows 63 columns; a larger span is damage, or meant as one.
_COLUMNS_LIMIT: Final = 63
_FIRST_ROW_IS_HEAD: Final = 0x20


class Body:
    """Puts the elements of a body into a draft, one after the other."""

    def __init__(
        self,
        draft: Draft,
        paragraphs: ParagraphReader,
        numbering: Numbering,
        notes: dict[str, _Element],
        *,
        paged: bool,
    ) -> None:
        """Fill *draft*; *notes* are the elements of footnotes and endnotes by kind and id.

        Args:
            draft: takes the blocks.
            paragraphs: reads each paragraph.
            numbering: counts the lists.
            notes: footnotes and endnotes.
            paged: whether the file says where its pages end.
        """
        self._draft = draft
        self._paragraphs = paragraphs
        self._numbering = numbering
        self._notes = notes
        self._paged = paged
        #: What is read as one paragraph: where an end is marked as deleted, it goes on with the
        #: next one, whose properties count.
        self._children: list[_Element] = []
        self._properties: _Element | None = None
        self._is_open = False
        self._notes_seen: Counter[str] = Counter()

    def add(self, element: _Element) -> None:
        """Add the paragraph or table *element*."""
        if element.tag == _P:
            # Held here, they outlive the paragraph, which is emptied once it has been read.
            self._children += element
            self._properties = element.find(W + "pPr")
            self._is_open = True
            if not _end_is_deleted(element):
                self.end()
            return
        self.end()
        if element.tag == _TABLE:
            self._add_table(element)
        elif element.tag == _INSERTED:
            self._draft.skip(
                "embedded document",
                "A document that is inserted as a whole is not read.",
                self._draft.ending(),
            )

    def end(self) -> None:
        """Add the paragraph under way, also if it was to run on into one that does not come."""
        if self._is_open:
            children, self._children = self._children, []
            self._is_open = False
            self._add_paragraph(self._paragraphs.read_parts(self._properties, children))

    def _add_paragraph(self, paragraph: Paragraph) -> None:
        style = paragraph.style
        mark = self._numbering.next(style.list_id, style.list_level) if style.list_id else ""
        kind, level = _kind_of(paragraph, mark)
        if style.is_title and not self._draft.title:
            self._draft.title = paragraph.text
        self._draft.add(
            kind,
            paragraph.text,
            level=level,
            page=paragraph.page if self._paged else None,
            number=mark,
            style=_style_of(paragraph),
            verbatim=paragraph.verbatim,
            said=paragraph.said,
        )
        self._add_what_hangs_on(paragraph)

    def _add_what_hangs_on(self, paragraph: Paragraph) -> None:
        for note in paragraph.notes:
            element = self._notes.pop(note, None)
            if element is not None:
                paragraphs = [self._paragraphs.read(p) for p in element.iter(_P)]
                self._draft.add(
                    BlockKind.FOOTNOTE,
                    "\n".join(paragraph.text for paragraph in paragraphs),
                    page=paragraph.page if self._paged else None,
                    number=self._number_of(note),
                    said=_said_by([("", paragraph) for paragraph in paragraphs]),
                )
        for box in paragraph.text_boxes:
            for child in _blocks_in(box):
                self.add(child)

    def _number_of(self, note: str) -> str:
        """Return the number that Word shows for *note*: notes count in order, whatever their id."""
        kind = note.partition(" ")[0]
        self._notes_seen[kind] += 1
        return counted(self._notes_seen[kind], "i" if kind == "endnote" else "1")

    def _add_table(self, table: _Element) -> None:
        rows = [_cells_in(row) for row in _children(table, _ROW)]
        if sum(map(len, rows)) == 1 or self._holds_headings(table):
            # A frame around text, or a page laid out with a table: nothing is tabulated.
            for cell in (cell for row in rows for _, cell in row):
                for child in _blocks_in(cell):
                    self.add(child)
            return
        heads = _head_rows(table)
        number = self._draft.new_table()
        for row_place, row in enumerate(rows):
            for column, cell in row:
                place = Cell(table=number, row=row_place, column=column, header=row_place < heads)
                self._add_cell(cell, place)

    def _add_cell(self, cell: _Element, place: Cell) -> None:
        paragraphs = [self._paragraphs.read(element) for element in cell.iter(_P)]
        filled = [paragraph for paragraph in paragraphs if paragraph.text.strip()]
        if not filled:
            return
        numbered = [(self._number_before(paragraph), paragraph) for paragraph in filled]
        self._draft.add(
            BlockKind.CELL,
            "\n".join(mark + paragraph.text.strip() for mark, paragraph in numbered),
            page=filled[0].page if self._paged else None,
            cell=place,
            style=_style_of(filled[0]),
            said=_said_by(numbered),
        )

    def _number_before(self, paragraph: Paragraph) -> str:
        """Return the computed number of a cell's paragraph, which is part of what it says."""
        style = paragraph.style
        mark = self._numbering.next(style.list_id, style.list_level) if style.list_id else ""
        return f"{mark} " if mark and mark != "•" else ""

    def _holds_headings(self, table: _Element) -> bool:
        return any(self._paragraphs.outline_of(element) for element in table.iter(_P))


def _end_is_deleted(paragraph: _Element) -> bool:
    return paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None


def _said_by(numbered: Sequence[tuple[str, Paragraph]]) -> list[Said]:
    """Return what paragraphs say one under the other, each after its computed number."""
    said: list[Said] = []
    for mark, paragraph in numbered:
        said += [(mark, None), *paragraph.said, ("\n", None)]
    return said


def _kind_of(paragraph: Paragraph, mark: str) -> tuple[BlockKind, int]:
    style = paragraph.style
    if style.contents_level:
        return BlockKind.CONTENTS, style.contents_level
    if style.outline:
        return BlockKind.HEADING, style.outline
    if mark:
        return BlockKind.LIST_ITEM, style.list_level + 1
    if style.is_code or paragraph.look.is_fixed:
        return BlockKind.CODE, 0
    if style.is_quote:
        return BlockKind.QUOTE, 0
    return BlockKind.PARAGRAPH, 0


def _style_of(paragraph: Paragraph) -> Style:
    style, look = paragraph.style, paragraph.look
    blanks = len(paragraph.text) - len(paragraph.text.lstrip(" \u00a0\t"))
    return Style(
        name=style.name,
        size=look.size,
        bold=look.bold,
        italic=look.italic,
        underlined=look.underlined,
        capitals=look.capitals,
        centred=style.centred,
        font=look.font,
        colour=look.colour,
        # Some people indent with blanks, each about half as wide as the type is high.
        indent=style.indent + blanks * look.size / 2,
        space_before=style.space_before,
    )


def _blocks_in(parent: _Element) -> Iterator[_Element]:
    """Yield the paragraphs and tables in *parent*, through content controls."""
    for child in parent:
        if child.tag in (_P, _TABLE):
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml"):
            yield from _blocks_in(child)


def _children(parent: _Element, tag: str) -> Iterator[_Element]:
    """Yield the children named *tag*, through content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml"):
            yield from _children(child, tag)


def _cells_in(row: _Element) -> list[tuple[int, _Element]]:
    """Return the cells of *row* with their columns, without those merged into the one above."""
    cells: list[tuple[int, _Element]] = []
    column = 0
    for cell in _children(row, _CELL):
        properties = cell.find(W + "tcPr")
        merged = None if properties is None else properties.find(W + "vMerge")
        if merged is None or merged.get(W + "val") == "restart":
            cells.append((column, cell))
        span = number(value(properties, "gridSpan"), 1)
        column += min(max(span, 1), _COLUMNS_LIMIT)
    return cells


def _head_rows(table: _Element) -> int:
    """Return how many rows at the top are headers, by their own mark or the table's look."""
    heads = 0
    for row in _children(table, _ROW):
        mark = row.find(f"{W}trPr/{W}tblHeader")
        if mark is None or not switch(mark):
            break
        heads += 1
    look = table.find(f"{W}tblPr/{W}tblLook")
    if heads or look is None:
        return heads
    if look.get(W + "firstRow") is not None:
        return int(look.get(W + "firstRow") in ("1", "true"))
    try:
        return int(bool(int(look.get(W + "val", "0"), 16) & _FIRST_ROW_IS_HEAD))
    except ValueError:
        return 0
