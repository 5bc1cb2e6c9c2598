"""The numbers that OpenDocument programs compute: before headings and before list items."""

from typing import Final, NamedTuple

from lxml.etree import _Element

from ai_prism.core.readers.counting import counted
from ai_prism.core.readers.odt.names import STYLE, TEXT
from ai_prism.core.readers.xml import number

BULLET: Final = "•"
_DEPTH_LIMIT: Final = 10


class _Level(NamedTuple):
    format: str = ""  #: "1", "a", "A", "i" or "I"; empty for no number
    prefix: str = ""
    suffix: str = ""
    shown: int = 1  #: how many levels the number shows, itself included
    start: int = 1
    bullet: bool = False


class Scheme:
    """How one list style, or the outline of a document, numbers its levels."""

    def __init__(self, element: _Element | None) -> None:
        """Read `text:list-style` or `text:outline-style`; None for one that gives no numbers."""
        self._levels: dict[int, _Level] = {}
        for level in () if element is None else element:
            place = number(level.get(TEXT + "level"))
            self._levels[place] = _Level(
                format=level.get(STYLE + "num-format") or "",
                prefix=level.get(STYLE + "num-prefix") or "",
                suffix=level.get(STYLE + "num-suffix") or "",
                shown=number(level.get(TEXT + "display-levels"), 1),
                start=number(level.get(TEXT + "start-value"), 1),
                bullet=str(level.tag).endswith("bullet") or str(level.tag).endswith("image"),
            )

    def mark(self, counts: "Counts", level: int) -> str:
        """Return the number or bullet at *level* where *counts* have come to."""
        own = self._levels.get(level)
        if own is None or not (own.bullet or own.format):
            return ""
        if own.bullet:
            return BULLET
        parts = []
        for place in range(max(1, level - own.shown + 1), level + 1):
            shown = self._levels.get(place, _Level())
            if shown.format:
                parts.append(counted(counts.at(place) or shown.start, shown.format))
        return f"{own.prefix}{'.'.join(parts)}{own.suffix}".strip()

    def start(self, level: int) -> int:
        """Return the first number at *level*."""
        return self._levels.get(level, _Level()).start


class Counts:
    """How far one list, or the outline, has counted on each level."""

    def __init__(self) -> None:
        """Begin before the first item."""
        self._counts: dict[int, int] = {}

    def at(self, level: int) -> int:
        """Return the count at *level*, 0 before its first item."""
        return self._counts.get(level, 0)

    def count(self, level: int, start: int, restart: int | None = None) -> None:
        """Count one further at *level*, which begins at *start*, or go on from *restart*."""
        if restart is not None:
            self._counts[level] = restart
        else:
            self._counts[level] = self._counts[level] + 1 if level in self._counts else start
        for deeper in [other for other in self._counts if other > level]:
            del self._counts[deeper]


class Numbering:
    """The list styles of one file, and the lists that have been counted."""

    def __init__(self) -> None:
        """Begin without list styles."""
        self._schemes: dict[str, Scheme] = {}
        self._outline = Scheme(None)
        self._headings = Counts()
        self._lists: dict[str, Counts] = {}

    def add(self, parent: _Element | None) -> None:
        """Take the list styles in *parent*, `office:styles` or `office:automatic-styles`."""
        for style in () if parent is None else parent:
            if style.tag == TEXT + "list-style":
                self._schemes[style.get(STYLE + "name", "")] = Scheme(style)
            elif style.tag == TEXT + "outline-style":
                self._outline = Scheme(style)

    def heading(self, level: int, restart: int | None) -> str:
        """Count a heading at *level* and return its number."""
        level = min(level, _DEPTH_LIMIT)
        self._headings.count(level, self._outline.start(level), restart)
        return self._outline.mark(self._headings, level)

    def scheme(self, name: str) -> Scheme | None:
        """Return the list style called *name*."""
        return self._schemes.get(name)

    def counts(self, element: _Element, style: str) -> Counts:
        """Return the counts of the list *element*: its own, or those of the one it continues."""
        continued = element.get(TEXT + "continue-list")
        if continued is None and element.get(TEXT + "continue-numbering") == "true":
            continued = style
        counts = self._lists.get(continued or "") or Counts()
        identity = element.get("{http://www.w3.org/XML/1998/namespace}id")
        for key in (style, identity):
            if key:
                self._lists[key] = counts
        return counts
