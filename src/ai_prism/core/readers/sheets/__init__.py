"""Workbooks (xlsx): each sheet a section, its rows as tables, as far as it helps a review."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from lxml import etree

from ai_prism.core.errors import Corrupt, TooLarge
from ai_prism.core.model import BlockKind, Cell, Style
from ai_prism.core.readers.archive import Archive
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.sheets.formats import Formats
from ai_prism.core.readers.sheets.names import R, S
from ai_prism.core.readers.sheets.rows import Row, rows_of, strings_of
from ai_prism.core.readers.xml import switch

_WORKBOOK: Final = "xl/workbook.xml"
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
#: A review of more cells than this is no review of a document: that is data.
_CELLS_LIMIT: Final = 100_000
_LONGEST_HEADING: Final = 120
_BOLD: Final = Style(bold=True)


class _Sheet(NamedTuple):
    name: str
    part: str
    hidden: bool


def read(path: Path, draft: Draft, pages: Callable[[int, int], None]) -> None:
    """Put the text of the workbook at *path* into *draft*, sheet by sheet."""
    with Archive(path, draft.name) as archive:
        workbook = archive.tree_of(_WORKBOOK)
        if workbook is None:
            raise Corrupt(f"“{draft.name}” holds no workbook.")
        targets = archive.targets_of(_WORKBOOK)
        reader = _Reader(archive, draft, targets, workbook)
        sheets = _sheets_of(workbook, targets)
        for place, sheet in enumerate(sheets, start=1):
            reader.add(sheet)
            pages(place, len(sheets))
        properties = reader.tree_of("docProps/core.xml")
        draft.title = (properties.findtext(_TITLE) or "") if properties is not None else ""


def _sheets_of(workbook: etree._Element, targets: dict[str, tuple[str, str]]) -> list[_Sheet]:
    return [
        _Sheet(
            sheet.get("name", ""),
            targets.get(sheet.get(R + "id", ""), ("", ""))[1],
            hidden=sheet.get("state", "visible") != "visible",
        )
        for sheet in workbook.iterfind(f"{S}sheets/{S}sheet")
    ]


class _Reader:
    """Puts sheets into a draft, one after the other."""

    def __init__(
        self,
        archive: Archive,
        draft: Draft,
        targets: dict[str, tuple[str, str]],
        workbook: etree._Element,
    ) -> None:
        self._archive = archive
        self._draft = draft
        self._cells_left = _CELLS_LIMIT
        by_kind = dict(targets.values())
        properties = workbook.find(S + "workbookPr")
        from_1904 = switch(None if properties is None else properties.get("date1904"))
        self._formats = Formats(self.tree_of(by_kind.get("styles", "")), from_1904=from_1904)
        self._strings = self._read_strings(by_kind.get("sharedStrings", ""))

    def tree_of(self, part: str) -> etree._Element | None:
        """Return *part*; a damaged one is a problem, the rest is read without it."""
        try:
            return self._archive.tree_of(part)
        except Corrupt as error:
            self._draft.problem(error.code, error.message, part)
            return None

    def add(self, sheet: _Sheet) -> None:
        """Add *sheet*, as much of it as there is room for."""
        where = f"sheet “{sheet.name}”"
        if sheet.hidden:
            self._draft.skip("hidden sheet", "Sheets that are not shown are left out.", where)
            return
        try:
            self._add_rows(sheet, where)
            self._say_what_is_left_out(sheet, where)
        except (Corrupt, etree.XMLSyntaxError):
            message = "The file is damaged; the rest of this sheet could not be read."
            self._draft.problem(Corrupt.code, message, where)

    def _add_rows(self, sheet: _Sheet, where: str) -> None:
        data = self._archive.bytes_of(sheet.part)
        if data is None:
            self._draft.skip("chart sheet", "Charts are not read.", where)
            return
        table = _Table(self._draft)
        for row in rows_of(data, self._strings, self._formats):
            if row.hidden:
                self._draft.skip("hidden rows", "Rows that are not shown are left out.", where)
                continue
            self._cells_left -= len(row.cells)
            if self._cells_left < 0:
                message = f"More than {_CELLS_LIMIT:,} cells: row {row.number} and on are left out."
                self._draft.problem(TooLarge.code, message, where)
                return
            table.begin(sheet.name)
            table.add(row)
            for cell in row.without_value:
                self._draft.skip("formula", "The file holds no value for it.", f"{where}, {cell}")

    def _read_strings(self, part: str) -> list[str]:
        try:
            return strings_of(self._archive.bytes_of(part))
        except (Corrupt, etree.XMLSyntaxError) as error:
            raise Corrupt(f"“{self._draft.name}” is damaged: its text cannot be read.") from error

    def _say_what_is_left_out(self, sheet: _Sheet, where: str) -> None:
        kinds = {kind for kind, _ in self._archive.targets_of(sheet.part).values()}
        if kinds & {"comments", "threadedComment"}:
            self._draft.skip("comments", "Comments are not part of the text.", where)
        if "drawing" in kinds:
            self._draft.skip("images and charts", "Pictures and charts are not read.", where)


class _Table:
    """Puts the rows of a sheet into a draft; an empty row ends one table and begins another."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._name = ""
        self._last_row = 0
        self._number: int | None = None
        self._rows = 0

    def begin(self, name: str) -> None:
        """Say once what the sheet is called; one without rows needs no heading."""
        if not self._last_row:
            self._draft.add(BlockKind.HEADING, name, level=1)

    def add(self, row: Row) -> None:
        """Add *row* to the table above it, or begin one."""
        if row.number > self._last_row + 1:
            self._number = None
        self._last_row = row.number
        if self._number is None and len(row.cells) == 1:
            self._add_line(row)
            return
        if self._number is None:
            self._number, self._rows = self._draft.new_table(), 0
        # A first row of nothing but words says what stands below them.
        is_head = self._rows == 0 and all(cell.is_text for cell in row.cells)
        for cell in row.cells:
            place = Cell(table=self._number, row=self._rows, column=cell.column, header=is_head)
            style = _BOLD if cell.bold else Style()
            self._draft.add(BlockKind.CELL, cell.text, cell=place, style=style)
        self._rows += 1

    def _add_line(self, row: Row) -> None:
        """Add a cell that stands alone above a table: a title, or words about the table."""
        cell = row.cells[0]
        if cell.bold and cell.is_text and len(cell.text) <= _LONGEST_HEADING:
            self._draft.add(BlockKind.HEADING, cell.text, level=2, style=_BOLD)
        else:
            self._draft.add(BlockKind.PARAGRAPH, cell.text)
