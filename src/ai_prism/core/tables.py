"""Tables as rows and columns, whichever cells the reader found."""

from collections.abc import Sequence

import msgspec

from ai_prism.core.model import Block
from ai_prism.core.subject import Subject


class Table(msgspec.Struct, frozen=True):
    """The cells of a table by row and column; an empty cell is not there."""

    start: int
    headers: dict[int, str]  #: the words of the first row by column, in small letters
    rows: tuple[dict[int, Block], ...]  #: those under the headers

    def column(self, *words: str) -> int | None:
        """Return the first column whose header holds one of *words* as a word of its own."""
        for column, header in self.headers.items():
            parts = set(header.replace("/", " ").replace("(", " ").replace(")", " ").split())
            if header in words or parts.intersection(words):
                return column
        return None


def tables_of(subject: Subject) -> tuple[Table, ...]:
    """Return the tables of *subject* in reading order."""
    return tuple(_table(cells, subject) for cells in subject.tables)


def _table(cells: Sequence[Block], subject: Subject) -> Table:
    rows: dict[int, dict[int, Block]] = {}
    for block in cells:
        if block.cell:
            rows.setdefault(block.cell.row, {})[block.cell.column] = block
    # Where the first row is empty, as Markdown has it for tables without a head, nothing is left
    # of it, and the next row is no header.
    head = rows.pop(0, {})
    headers = {
        column: " ".join(subject.document.text_of(block).lower().split()).strip(" :*")
        for column, block in head.items()
    }
    return Table(start=cells[0].start, headers=headers, rows=tuple(rows.values()))
