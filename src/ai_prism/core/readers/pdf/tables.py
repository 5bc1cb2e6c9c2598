"""Tables on a PDF page, told from words that stand side by side."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from ai_prism.core.readers.pdf.characters import Line

_PAGE_NUMBER: Final = re.compile(r"\d{1,4}|[ivxlc]{1,6}")
#: Cells of one row are drawn one after the other; columns of text are drawn farther apart.
_NEAR_LINES: Final = 14
_FEWEST_ROWS: Final = 2
#: Left edges closer than this, in points, are one column.
_SAME_EDGE: Final = 4.0


@dataclass(slots=True)
class TableCell:
    """The lines of one cell and its place."""

    lines: list[Line]
    row: int = 0
    column: int = 0

    @property
    def text(self) -> str:
        """The words of the cell."""
        return " ".join(line.text for line in self.lines)


@dataclass(slots=True)
class Table:
    """A run of lines that form rows and columns."""

    cells: list[TableCell] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.cells[-1].row + 1 if self.cells else 0

    @property
    def has_head(self) -> bool:
        """Whether the first row is set apart as a header."""
        head = [line.type.bold for cell in self.cells if cell.row == 0 for line in cell.lines]
        rest = [line.type.bold for cell in self.cells if cell.row > 0 for line in cell.lines]
        return bool(head) and all(head) and not all(rest)

    @property
    def is_contents(self) -> bool:
        """Whether it is a table of contents: titles on the left, page numbers on the right."""
        return self.rows > 2 and all(
            bool(_PAGE_NUMBER.fullmatch(cell.text)) == (cell.column > 0) for cell in self.cells
        )


def parts_of(lines: Sequence[Line]) -> Iterator[list[Line] | Table]:
    """Yield the *lines* of a page in parts: runs of text, and tables between them."""
    in_table = _tabular(lines)
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and in_table[end] == in_table[start]:
            end += 1
        run = list(lines[start:end])
        table = _table(run) if in_table[start] else None
        if table is not None and table.rows >= _FEWEST_ROWS:
            yield table
        else:
            yield _rejoined(run) if in_table[start] else run
        start = end


def _rejoined(lines: Sequence[Line]) -> list[Line]:
    """Return *lines* with those of one row as one: a short line stretched to the margins."""
    whole: list[Line] = []
    for line in lines:
        if line.follows and whole and whole[-1].type == line.type:
            whole[-1].text += f" {line.text}"
            whole[-1].right = line.right
        else:
            whole.append(line)
    return whole


def _tabular(lines: Sequence[Line]) -> list[bool]:
    """Return for each line whether it stands in a table."""
    beside = [False] * len(lines)
    for place, line in enumerate(lines):
        for other in range(place + 1, min(place + _NEAR_LINES, len(lines))):
            if _side_by_side(line, lines[other]):
                beside[place] = beside[other] = True
    inside = list(beside)
    for place, line in enumerate(lines):
        if not inside[place] and place > 0 and inside[place - 1]:
            inside[place] = _continues_cell(lines, beside, place, line)
    return inside


def _side_by_side(line: Line, other: Line) -> bool:
    if abs(line.baseline - other.baseline) > 0.3 * line.type.size:
        return False
    return line.right < other.left or other.right < line.left


def _continues_cell(lines: Sequence[Line], beside: Sequence[bool], place: int, line: Line) -> bool:
    """Whether a line that has nothing beside it goes on in the cell of the line before it."""
    before = lines[place - 1]
    drop = before.baseline - line.baseline
    if not 0 < drop < 1.8 * line.type.size or abs(before.left - line.left) > _SAME_EDGE:
        return False
    if abs(before.type.size - line.type.size) > 0.5:
        return False
    # In the first column it may be text after the table: unless the next cell begins higher up.
    following = lines[place + 1 : place + _NEAR_LINES]
    rises = any(
        beside[place + 1 + step] and later.baseline > line.baseline + 1
        for step, later in enumerate(following)
    )
    columns = [earlier.left for earlier in lines[max(0, place - _NEAR_LINES) : place]]
    return rises or line.left > min(columns) + _SAME_EDGE


def _table(lines: Sequence[Line]) -> Table:
    cells: list[TableCell] = []
    row = -1
    row_left = row_baseline = 0.0
    for line in lines:
        last = cells[-1].lines[-1] if cells else None
        if last is not None and _is_next_line_of(last, line) and not line.follows:
            cells[-1].lines.append(line)
            continue
        falls = last is None or line.baseline < row_baseline - 0.5 * line.type.size
        if row < 0 or (falls and (line.left <= row_left + _SAME_EDGE or _is_left_of(cells, line))):
            row += 1
            row_left, row_baseline = line.left, line.baseline
        cells.append(TableCell([line], row=row))
    _number_columns(cells)
    return Table(cells)


def _is_next_line_of(last: Line, line: Line) -> bool:
    drop = last.baseline - line.baseline
    return (
        0.5 * line.type.size < drop < 1.45 * line.type.size
        and abs(last.left - line.left) < _SAME_EDGE
        and last.type.bold == line.type.bold
    )


def _is_left_of(cells: Sequence[TableCell], line: Line) -> bool:
    """Whether *line* begins left of the end of the last cell, so that it opens another row."""
    return line.left < cells[-1].lines[-1].left - _SAME_EDGE


def _number_columns(cells: Sequence[TableCell]) -> None:
    """Number the columns by where cells begin; cells that overlap share a column."""
    spans = sorted(
        (min(line.left for line in cell.lines), max(line.right for line in cell.lines))
        for cell in cells
    )
    edges: list[float] = []
    reach = float("-inf")
    for left, right in spans:
        if left > reach:
            edges.append(left)
            reach = right
        else:
            reach = max(reach, min(right, left + 40))
    taken: set[tuple[int, int]] = set()
    for cell in cells:
        left = min(line.left for line in cell.lines)
        column = sum(edge <= left + _SAME_EDGE for edge in edges) - 1
        while (cell.row, column) in taken:
            column += 1
        taken.add((cell.row, column))
        cell.column = column
