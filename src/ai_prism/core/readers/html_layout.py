"""How a browser lays lists and tables out: the number of each item, the column of each cell."""

from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from ai_prism.core.readers.counting import counted

_COLUMNS_LIMIT: Final = 1000
_TYPES: Final = {"a", "A", "i", "I"}


class Numbers:
    """The numbers of an ordered list, as a browser writes them."""

    def __init__(self, element: etree._Element) -> None:
        """Number the items of the list *element*."""
        self._next = _whole(element.get("start"), 1)
        self._format = element.get("type") if element.get("type") in _TYPES else "1"

    def __iter__(self) -> Iterator[str]:
        """Return itself."""
        return self

    def __next__(self) -> str:
        """Return the number of the next item."""
        self._next += 1
        return f"{counted(self._next - 1, self._format or '1')}."

    def go_to(self, value: str | None) -> None:
        """Go on with *value*, where an item says so."""
        self._next = _whole(value, self._next)


def _whole(written: str | None, otherwise: int) -> int:
    return int(written) if written and written.isdecimal() and len(written) < 6 else otherwise


def cells_of(rows: Sequence[etree._Element]) -> list[list[tuple[int, etree._Element]]]:
    """Return the cells of each of the *rows* with their columns, clear of those from above."""
    found: list[list[tuple[int, etree._Element]]] = []
    taken: dict[int, int] = {}  # how many more rows a cell from above reaches into, by column
    for row in rows:
        cells = []
        free = taken
        taken = {column: left - 1 for column, left in free.items() if left > 1}
        column = 0
        for cell in row:
            while column in free:
                column += 1
            if cell.tag in ("td", "th") and column < _COLUMNS_LIMIT:
                cells.append((column, cell))
                end = column + min(max(_whole(cell.get("colspan"), 1), 1), _COLUMNS_LIMIT)
                more = _whole(cell.get("rowspan"), 1) - 1
                if more > 0:
                    taken |= dict.fromkeys(range(column, end), more)
                column = end
        found.append(cells)
    return found
