"""Marks set between the words of a file: runs are divided where a mark falls inside them."""

from collections import defaultdict
from copy import deepcopy
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from lxml import etree
from lxml.etree import _Element

from ai_prism.core.exporters.word.places import Place
from ai_prism.core.readers.word.names import W

_RPR: Final = W + "rPr"
_T: Final = W + "t"
SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


class _Mark(NamedTuple):
    """Elements to be put in at one place of a run."""

    child: int  #: before this child of the run
    offset: int  #: and so many characters into it
    rank: int  #: at the same place what ends comes before what begins
    elements: list[_Element]


_PLACE: Final = attrgetter("child", "offset")
_ORDER: Final = attrgetter("child", "offset", "rank")


class Marks:
    """Marks that wait until all of them are known: dividing a run moves what stands in it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._by_run: defaultdict[_Element, list[_Mark]] = defaultdict(list)

    def put(self, place: Place, elements: list[_Element], *, ends: bool) -> None:
        """Put *elements* at *place*; those that end something come before those that begin."""
        child, offset = _cut(place)
        self._by_run[place.run].append(_Mark(child, offset, 0 if ends else 1, elements))

    def set(self) -> None:
        """Divide the runs, and set every mark."""
        for run, marks in self._by_run.items():
            places = groupby(sorted(marks, key=_ORDER), key=_PLACE)
            together = [(*place, [e for mark in at for e in mark.elements]) for place, at in places]
            # From the last to the first: what stands before a mark is where it was.
            for child, offset, elements in reversed(together):
                _set(run, child, offset, elements)


def _cut(place: Place) -> tuple[int, int]:
    """Return before which child of its run, and how far into it, *place* is."""
    run, element, offset = place
    if element is None:
        return (len(run), 0) if offset else (0, 0)
    index = run.index(element)
    length = len(element.text or "") if element.tag == _T else 1
    if offset >= length:
        return index + 1, 0
    is_first = not offset and all(child.tag == _RPR for child in list(run)[:index])
    return (0, 0) if is_first else (index, offset)


def _set(run: _Element, child: int, offset: int, elements: list[_Element]) -> None:
    if not child and not offset:
        for element in elements:
            run.addprevious(element)
        return
    if child < len(run):
        run.addnext(_tail(run, child, offset))
    for element in reversed(elements):
        run.addnext(element)


def _tail(run: _Element, child: int, offset: int) -> _Element:
    """Take what stands after a place out of *run*, and return it as a run that looks the same."""
    tail = etree.Element(run.tag, nsmap={"w": W[1:-1]})
    for name, value in run.attrib.items():
        tail.set(name, value)
    properties = run.find(_RPR)
    if properties is not None:
        tail.append(deepcopy(properties))
    moved = list(run)[child:]
    if offset:
        text = moved[0].text or ""
        rest = deepcopy(moved[0])
        moved[0].text, rest.text = text[:offset], text[offset:]
        for half in (moved[0], rest):
            half.set(SPACE, "preserve")
        moved = [rest, *moved[1:]]
    tail.extend(moved)
    return tail
