"""Fixes as tracked changes: the old words struck out, the new ones beside them."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Final, NamedTuple

from lxml import etree
from lxml.etree import _Element

from ai_prism.core.exporters.word.marks import SPACE, Marks
from ai_prism.core.exporters.word.places import Range
from ai_prism.core.model import Fix
from ai_prism.core.readers.word.names import W
from ai_prism.core.signature import SIGNATURE

_RUN: Final = W + "r"
_RPR: Final = W + "rPr"
#: What may stand between two runs of a change without being part of it.
_BETWEEN: Final = {
    W + name
    for name in ("commentRangeStart", "commentRangeEnd", "bookmarkStart", "bookmarkEnd", "proofErr")
}


class _Planned(NamedTuple):
    start: _Element
    end: _Element
    replacement: str


class Changes:
    """The tracked changes of one copy, made once its runs are divided."""

    def __init__(self, ids: Iterator[int], date: str) -> None:
        """Number the changes with *ids* and date them *date*."""
        self._ids = ids
        self._date = date.replace("+00:00", "Z")
        self._planned: list[_Planned] = []

    def plan(self, place: Range, fix: Fix, marks: Marks) -> None:
        """Mark with *marks* the words that *fix* replaces, unless they are not plain words."""
        in_one = place.start.run.getparent() is place.end.run.getparent()
        if not place.is_exact or not in_one:
            return
        planned = _Planned(etree.Element("from"), etree.Element("to"), fix.replacement)
        marks.put(place.start, [planned.start], ends=False)
        marks.put(place.end, [planned.end], ends=True)
        self._planned.append(planned)

    def make(self) -> None:
        """Make the changes, and take their marks away."""
        for planned in self._planned:
            if runs := _runs_between(planned):
                self._strike(runs)
                self._insert(planned, runs[0])
        for planned in self._planned:
            for mark in (planned.start, planned.end):
                parent = mark.getparent()
                if parent is not None:
                    parent.remove(mark)

    def _strike(self, runs: list[_Element]) -> None:
        for run in runs:
            deletion = self._change("del")
            run.addprevious(deletion)
            deletion.append(run)
            for text in run.iterchildren(W + "t"):
                text.tag = W + "delText"

    def _insert(self, planned: _Planned, like: _Element) -> None:
        if not planned.replacement:
            return
        insertion = self._change("ins")
        run = etree.SubElement(insertion, _RUN)
        look = like.find(_RPR)
        if look is not None:
            run.append(deepcopy(look))
        text = etree.SubElement(run, W + "t")
        text.set(SPACE, "preserve")
        text.text = planned.replacement
        planned.end.addprevious(insertion)

    def _change(self, name: str) -> _Element:
        change = etree.Element(W + name, nsmap={"w": W[1:-1]})
        change.set(W + "id", str(next(self._ids)))
        change.set(W + "author", SIGNATURE)
        change.set(W + "date", self._date)
        return change


def _runs_between(planned: _Planned) -> list[_Element]:
    """Return the runs that are replaced; none where more than words stands among them."""
    runs: list[_Element] = []
    for element in planned.start.itersiblings():
        if element is planned.end:
            return runs
        if element.tag == _RUN and _is_words(element):
            runs.append(element)
        elif element.tag not in _BETWEEN and element.find(W + "commentReference") is None:
            return []
    return []


def _is_words(run: _Element) -> bool:
    return all(child.tag in (_RPR, W + "t") for child in run)
