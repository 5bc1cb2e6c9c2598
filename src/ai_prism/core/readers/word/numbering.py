"""The numbers that Word computes: "3.2" before a heading, "c)" or a bullet before a list item."""

import re
from typing import Final, NamedTuple

from lxml.etree import _Element

from ai_prism.core.readers.counting import counted
from ai_prism.core.readers.word.names import VAL, W, switch, value
from ai_prism.core.readers.xml import number

_PLACE: Final = re.compile(r"%([1-9])")
_LEVELS: Final = 9


class _Level(NamedTuple):
    format: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False  #: every part of the number in digits, whatever its own format


class Numbering:
    """The lists of one file and how far each has counted."""

    def __init__(self, tree: _Element | None) -> None:
        """Read the part `numbering.xml`; None where the file has none."""
        self._levels: dict[str, list[_Level]] = {}
        self._levels_of_list: dict[str, list[_Level]] = {}
        self._scheme_of: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, list[int]] = {}
        if tree is None:
            return
        for scheme in tree.iter(W + "abstractNum"):
            self._levels[scheme.get(W + "abstractNumId", "")] = _levels_of(
                scheme, W + "lvl", [_Level()] * _LEVELS
            )
        for instance in tree.iter(W + "num"):
            list_id = instance.get(W + "numId", "")
            self._scheme_of[list_id] = value(instance, "abstractNumId") or ""
            self._restarts[list_id] = _restarts_of(instance)
            self._levels_of_list[list_id] = _levels_of(
                instance, f"{W}lvlOverride/{W}lvl", self._levels.get(self._scheme_of[list_id], [])
            )

    def next(self, list_id: str, level: int) -> str:
        """Count one further in the list *list_id* and return the number or bullet it gives."""
        scheme = self._scheme_of.get(list_id)
        levels = self._levels_of_list.get(list_id)
        if scheme is None or not levels or not 0 <= level < len(levels):
            return ""
        counts = self._counts.setdefault(scheme, [0] * _LEVELS)
        for place, start in self._restarts.pop(list_id, {}).items():
            counts[place] = start - 1
        counts[level] = counts[level] + 1 if counts[level] else levels[level].start
        counts[level + 1 :] = [0] * (_LEVELS - level - 1)
        return _written(levels, level, counts)


def _levels_of(parent: _Element, path: str, inherited: list[_Level]) -> list[_Level]:
    """Return *inherited* levels as changed by the elements at *path* under *parent*."""
    levels = list(inherited)
    for element in parent.iterfind(path):
        place = number(element.get(W + "ilvl"))
        legal = element.find(W + "isLgl")
        if 0 <= place < len(levels):
            levels[place] = _Level(
                format=value(element, "numFmt") or "decimal",
                text=value(element, "lvlText") or "",
                start=number(value(element, "start"), 1),
                legal=legal is not None and switch(legal),
            )
    return levels


def _restarts_of(instance: _Element) -> dict[int, int]:
    restarts = {}
    for override in instance.iterfind(W + "lvlOverride"):
        start = override.find(W + "startOverride")
        place = number(override.get(W + "ilvl"))
        if start is not None and 0 <= place < _LEVELS:
            restarts[place] = number(start.get(VAL), 1)
    return restarts


def _written(levels: list[_Level], level: int, counts: list[int]) -> str:
    own = levels[level]
    if own.format == "bullet":
        return "•"
    if own.format == "none":
        return ""

    def part(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        count = counts[place] or levels[place].start
        form = "decimal" if own.legal else levels[place].format
        written = counted(count, _FORMATS.get(form, "1"))
        return written.zfill(2) if form == "decimalZero" else written

    return _PLACE.sub(part, own.text).strip()


#: Word's names for what `counted` takes; digits for all others.
_FORMATS: Final = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
