"""The body of an OpenDocument text as blocks: paragraphs, headings, lists, tables, notes."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml.etree import _Element

from ai_prism.core.model import BlockKind, Cell
from ai_prism.core.readers import style_names
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.looks import style_of
from ai_prism.core.readers.odt.names import (
    CONTAINERS,
    DRAW,
    INDEX_BODY,
    LIST,
    PAGE_BREAK,
    SECTION,
    TABLE,
    TABLE_ELEMENT,
    TEXT,
    TRACKED_CHANGES,
    H,
    P,
)
from ai_prism.core.readers.odt.numbering import Counts, Numbering, Scheme
from ai_prism.core.readers.odt.paragraphs import Paragraph, ParagraphReader
from ai_prism.core.readers.xml import number

_CELL: Final = TABLE + "table-cell"
_COVERED: Final = TABLE + "covered-table-cell"
_ROW: Final = TABLE + "table-row"
_HEADER_ROWS: Final = TABLE + "table-header-rows"
_ROW_GROUPS: Final = {_HEADER_ROWS, TABLE + "table-rows", TABLE + "table-row-group"}
_COLUMNS_LIMIT: Final = 1000
#: Nobody nests lists and tables this deep; files that do mean to exhaust the reader.
_DEPTH_LIMIT: Final = 40


class _List(NamedTuple):
    """Where in a list a paragraph stands."""

    style: str
    scheme: Scheme | None
    counts: Counts
    level: int


class Body:
    """Puts the elements of a body into a draft, one after the other."""

    def __init__(
        self, draft: Draft, paragraphs: ParagraphReader, numbering: Numbering, *, paged: bool
    ) -> None:
        """Fill *draft*; *paged* says whether the file tells where its pages end."""
        self._draft = draft
        self._paragraphs = paragraphs
        self._numbering = numbering
        self._paged = paged
        self._depth = 0

    def add(self, element: _Element) -> None:
        """Add the paragraph, list, table or drawing *element*."""
        if element.tag == PAGE_BREAK:
            self._paragraphs.page += 1
            return
        if element.tag == TRACKED_CHANGES:
            if next(element.iter(TEXT + "deletion"), None) is not None:
                self._draft.skip("deleted text", "Text marked as deleted is left out.")
            return
        if _is_hidden(element):
            self._draft.skip("hidden text", "Text set as hidden is left out.")
            return
        in_contents = next(element.iterancestors(INDEX_BODY), None) is not None
        self._add(element, in_contents=in_contents)

    def _add(
        self, element: _Element, within: _List | None = None, *, in_contents: bool = False
    ) -> None:
        if self._depth > _DEPTH_LIMIT:
            self._draft.skip("nested text", f"It is nested more than {_DEPTH_LIMIT} deep.")
            return
        self._depth += 1
        if element.tag in (P, H) or str(element.tag).startswith(DRAW):
            self._add_paragraph(element, within, in_contents=in_contents)
        elif element.tag == LIST:
            self._add_list(element, within)
        elif element.tag == TABLE_ELEMENT:
            self._add_table(element)
        elif element.tag in CONTAINERS:
            for child in element:
                self._add(child, in_contents=in_contents)
        self._depth -= 1

    def _add_paragraph(self, element: _Element, within: _List | None, *, in_contents: bool) -> None:
        paragraph = self._paragraphs.read(element)
        kind, level, mark = self._kind_of(element, paragraph, within)
        if in_contents:
            kind, level = BlockKind.CONTENTS, style_names.contents_level(paragraph.style.name)
        if style_names.is_title(paragraph.style.name) and not self._draft.title:
            self._draft.title = paragraph.text
        self._draft.add(
            kind,
            paragraph.text,
            level=level,
            page=self._page_of(paragraph),
            number=mark,
            style=style_of(
                paragraph.look,
                name=paragraph.style.name,
                centred=paragraph.style.centred,
                indent=paragraph.style.indent,
                space_before=paragraph.style.space_before,
            ),
        )
        self._add_what_hangs_on(paragraph)

    def _kind_of(
        self, element: _Element, paragraph: Paragraph, within: _List | None
    ) -> tuple[BlockKind, int, str]:
        outline = self._outline_of(element)
        if outline and paragraph.text.strip():
            return BlockKind.HEADING, outline, self._heading_number(element, outline, within)
        if within:
            mark = within.scheme.mark(within.counts, within.level) if within.scheme else ""
            return BlockKind.LIST_ITEM, within.level, mark
        name = paragraph.style.name
        if level := style_names.contents_level(name):
            return BlockKind.CONTENTS, level, ""
        if style_names.is_code(name, paragraph.look.font):
            return BlockKind.CODE, 0, ""
        if style_names.is_quote(name):
            return BlockKind.QUOTE, 0, ""
        return BlockKind.PARAGRAPH, 0, ""

    def _outline_of(self, element: _Element) -> int:
        """Return the heading level of *element*, 0 for body text."""
        if element.tag == H:
            return max(1, number(element.get(TEXT + "outline-level"), 1))
        return self._paragraphs.style_of(element).outline if element.tag == P else 0

    def _heading_number(self, element: _Element, outline: int, within: _List | None) -> str:
        if within and within.scheme:
            return within.scheme.mark(within.counts, within.level)
        if element.tag != H or element.get(TEXT + "is-list-header") == "true":
            return ""
        restart = element.get(TEXT + "start-value")
        restarts = element.get(TEXT + "restart-numbering") == "true"
        return self._numbering.heading(outline, number(restart, 1) if restarts else None)

    def _add_what_hangs_on(self, paragraph: Paragraph) -> None:
        for note in paragraph.notes:
            body = note.find(TEXT + "note-body")
            elements = [] if body is None else list(body.iter(P))
            self._draft.add(
                BlockKind.FOOTNOTE,
                "\n".join(self._paragraphs.read(element).text for element in elements),
                page=self._page_of(paragraph),
                number=note.findtext(TEXT + "note-citation") or "",
            )
        for box in paragraph.text_boxes:
            for child in box:
                self._add(child)

    def _add_list(self, element: _Element, outer: _List | None) -> None:
        style = element.get(TEXT + "style-name") or (outer.style if outer else "")
        within = _List(
            style,
            self._numbering.scheme(style),
            outer.counts if outer else self._numbering.counts(element, style),
            outer.level + 1 if outer else 1,
        )
        for item in element:
            if item.tag not in (TEXT + "list-item", TEXT + "list-header"):
                continue
            self._add_item(item, within)

    def _add_item(self, item: _Element, within: _List) -> None:
        counted = item.tag == TEXT + "list-header"
        for child in item:
            if child.tag not in (P, H):
                self._add(child, within)
                continue
            if counted:
                # Only the first paragraph of an item carries its bullet or number.
                self._add(child)
                continue
            start = within.scheme.start(within.level) if within.scheme else 1
            restart = item.get(TEXT + "start-value")
            within.counts.count(within.level, start, number(restart, 1) if restart else None)
            self._add(child, within)
            counted = True

    def _add_table(self, table: _Element) -> None:
        rows = list(_rows_of(table))
        cells = [_cells_in(row) for row, _ in rows]
        if sum(map(len, cells)) == 1 or self._holds_headings(table):
            # A frame around text, or a page laid out with a table: nothing is tabulated.
            for child in (child for row in cells for _, cell in row for child in cell):
                self._add(child)
            return
        table_number = self._draft.new_table()
        for row_place, (row, (_, is_head)) in enumerate(zip(cells, rows, strict=True)):
            for column, cell in row:
                place = Cell(table=table_number, row=row_place, column=column, header=is_head)
                self._add_cell(cell, place)

    def _add_cell(self, cell: _Element, place: Cell) -> None:
        paragraphs = [self._paragraphs.read(element) for element in cell.iter(P, H)]
        filled = [paragraph for paragraph in paragraphs if paragraph.text.strip()]
        if filled:
            self._draft.add(
                BlockKind.CELL,
                "\n".join(paragraph.text.strip() for paragraph in filled),
                page=self._page_of(filled[0]),
                cell=place,
                style=style_of(filled[0].look, name=filled[0].style.name),
            )

    def _holds_headings(self, table: _Element) -> bool:
        return any(self._outline_of(element) for element in table.iter(P, H))

    def _page_of(self, paragraph: Paragraph) -> int | None:
        return paragraph.page if self._paged else None


def _is_hidden(element: _Element) -> bool:
    return any(
        section.get(TEXT + "display") == "none" for section in element.iterancestors(SECTION)
    )


def _rows_of(parent: _Element, *, is_head: bool = False) -> Iterator[tuple[_Element, bool]]:
    """Yield the rows in *parent*, through groups of rows, and whether each is a header."""
    for child in parent:
        if child.tag == _ROW:
            yield child, is_head
        elif child.tag in _ROW_GROUPS:
            yield from _rows_of(child, is_head=is_head or child.tag == _HEADER_ROWS)


def _cells_in(row: _Element) -> list[tuple[int, _Element]]:
    """Return the cells of *row* with their columns, without those that others cover."""
    cells: list[tuple[int, _Element]] = []
    column = 0
    for cell in row:
        if cell.tag in (_CELL, _COVERED) and column < _COLUMNS_LIMIT:
            if cell.tag == _CELL:
                cells.append((column, cell))
            column += max(1, number(cell.get(TABLE + "number-columns-repeated"), 1))
    return cells
