"""What speaks for a heading standing under the one before, or beside one that is still open.

Each piece of evidence has a name; what it weighs stands in `standing.json`, in log-odds, learned by
`scripts/learn_standing.py` from documents whose outline is known.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from typing import Final

from ai_prism.core.sections.entries import Entries, Entry

WEIGHTS: Final[dict[str, float]] = json.loads(
    files(__package__).joinpath("standing.json").read_text("utf-8")
)
_CASES: Final = {"title", "sentence"}
_LONGEST: Final = 8
_ELDERS_LOOKED_AT: Final = 4
#: A word this much commoner in a section than elsewhere tells no more; in log-odds.
_MOST_COMMON: Final = 2.0
#: So many words of usual text are mixed into a section, so that short ones do not say too much.
_MIXED_IN: Final = 300


@dataclass(slots=True, eq=False)
class Open:
    """A section that the next heading may stand in, or beside."""

    place: int
    parent: "Open | None"
    elder: "Open | None"  #: the one beside it that came before
    depth: int = 0
    elders: int = 0
    elders_with_parts: int = 0

    @classmethod
    def after(cls, last: "Open", elder: "Open | None", place: int) -> "Open":
        """Return the section at *place* that stands beside *elder*, or under *last* without one."""
        if elder is None:
            return cls(place, last, None, last.depth + 1)
        with_parts = elder.elders_with_parts + (elder is not last)
        return cls(place, elder.parent, elder, elder.depth, elder.elders + 1, with_parts)

    def chain(self) -> Iterator["Open"]:
        """Yield it and the sections it stands in, the innermost first."""
        section: Open | None = self
        while section:
            yield section
            section = section.parent

    def row(self) -> Iterator["Open"]:
        """Yield it and the sections beside it, the latest first."""
        section: Open | None = self
        while section:
            yield section
            section = section.elder


Evidence = Iterator[tuple[str, float]]


class Standing:
    """Weighs where a heading of one document may stand."""

    def __init__(self, entries: Entries, *, has_title: bool) -> None:
        """Take all headings; *has_title* says that the first is the title of the document."""
        self._entries = entries
        self._rows = entries.rows
        self._has_title = has_title

    def evidence(self, place: int, last: Open, elder: Open | None) -> Evidence:
        """Yield what speaks for the heading at *place* standing beside *elder*, by name.

        Without *elder* it stands under the *last* heading.
        """
        parent = last if elder is None else elder.parent
        yield from self.of_parent(place, parent, is_under=elder is None)
        if elder is None:
            yield from self.of_last(place)
        else:
            yield from self.of_elder(place, elder)
        yield from self.of_way(place, last, elder)

    def of_parent(self, place: int, parent: Open | None, *, is_under: bool) -> Evidence:
        """Yield the part of the evidence that *parent* alone decides."""
        yield from self._of_words(place, parent)
        yield from self._of_usual_place(place, parent, is_under=is_under)

    def of_last(self, place: int) -> Evidence:
        """Yield what speaks for standing under the heading before, wherever that stands."""
        entry, above = self._rows[place], self._rows[place - 1]
        yield "under", 1.0
        yield "under: nothing between", not above.text_length
        yield "under: announced", above.announces
        yield "under: other case", {entry.case, above.case} == _CASES
        yield "under: same form", _is_alike(entry, above)
        yield "under: asks", entry.asks and not above.asks
        yield "under: code", entry.is_code and not above.is_code
        yield "under: long text", self._length(above)
        yield "under: comes again", entry.comes_again
        if entry.series.isdisjoint(above.series):
            yield "under one of a series that goes on", _goes_on(above, place)
        else:
            yield "under: of the same series", 1.0

    def of_elder(self, place: int, elder: Open) -> Evidence:
        """Yield the part of the evidence that *elder* alone decides, not what stands before it."""
        entry, other = self._rows[place], self._rows[elder.place]
        yield "beside: same first word", entry.first == other.first
        yield "beside: both ask", entry.asks and other.asks
        yield "beside: one asks", entry.asks != other.asks
        yield "beside: other case", {entry.case, other.case} == _CASES
        yield "beside: both gerunds", entry.is_gerund and other.is_gerund
        yield "beside: both code", entry.is_code and other.is_code
        yield "beside: other length", _difference(entry, other)
        if entry.series.isdisjoint(other.series):
            yield "beside one of a series that goes on", _goes_on(other, place)
        else:
            yield "beside: of the same series", 1.0

    def of_way(self, place: int, last: Open, elder: Open | None) -> Evidence:
        """Yield the rest: what depends on how the headings before nest."""
        if elder is None:
            yield "under: deep", max(0, last.depth - self._has_title)
            yield "under: elders without parts", math.log1p(last.elders - last.elders_with_parts)
            yield "under: elders with parts", last.elders_with_parts / max(1, last.elders)
            return
        yield from self._of_row(place, elder)
        if elder is last:
            yield "beside", 1.0
            yield "beside: closing title", self._rows[place].is_closing
        else:
            yield from self._up(place, last, elder)

    def _is_document(self, section: Open) -> bool:
        return self._has_title and section.parent is None

    def _of_words(self, place: int, parent: Open | None) -> Evidence:
        if parent is None:
            return
        entry, above = self._rows[place], self._rows[parent.place]
        yield "its parent names it", above.names(entry)
        if not self._is_document(parent):
            yield "shares a word with its parent", not entry.words.isdisjoint(above.words)
            yield "speaks of its parent", self._speaks_of(entry, above)
            if entry.stems and above.text_words:
                told = sum(stem in above.text_stems for stem in entry.stems)
                yield "its parent speaks of it", told / len(entry.stems)

    def _speaks_of(self, entry: Entry, above: Entry) -> float:
        """Return how much commoner words of the title *above* are in *entry* than elsewhere."""
        if not entry.text_words:
            return 0.0
        most = 0.0
        for stem in above.stems:
            usual = self._entries.stems[stem] / self._entries.words
            if usual:
                own = entry.text_stems[stem] + (stem in entry.stems) + _MIXED_IN * usual
                most = max(most, math.log(own / (entry.text_words + _MIXED_IN) / usual))
        return min(_MOST_COMMON, most)

    def _of_usual_place(self, place: int, parent: Open | None, *, is_under: bool) -> Evidence:
        entry = self._rows[place]
        is_at_top = parent is None or self._is_document(parent)
        if entry.is_top or entry.usual_parents:
            above = self._rows[parent.place].key if parent else ""
            yield (
                "where it usually stands",
                (is_at_top and entry.is_top) or (above in entry.usual_parents),
            )
            yield "usually at the top", is_at_top and not entry.usual_parents
        elif is_at_top and not is_under and not entry.is_closing:
            yield "at the top among usual titles", self._entries.sureness
        if is_at_top:
            yield "at the top: long text", self._length(entry)

    def _length(self, above: Entry) -> float:
        if not above.text_length:
            return 0.0
        return max(-1.0, min(2.0, math.log(above.text_length / self._entries.usual_text)))

    def _of_row(self, place: int, elder: Open) -> Evidence:
        entry = self._rows[place]
        row = [self._rows[section.place] for section in islice(elder.row(), _ELDERS_LOOKED_AT)]
        if any(entry.key == sibling.key for sibling in row):
            yield "beside: same title", 1.0
        else:
            shares = any(not entry.words.isdisjoint(sibling.words) for sibling in row)
            yield "beside: shares a word", shares

    def _up(self, place: int, last: Open, elder: Open) -> Evidence:
        entry = self._rows[place]
        yield "up", last.depth - elder.depth == 1
        yield "up far", last.depth - elder.depth > 1
        is_last = place + 1 == len(self._rows)
        yield "up: opens a part", not entry.text_length and not is_last
        yield "up: closing title", entry.is_closing
        is_top = elder.parent is None or self._is_document(elder.parent)
        yield "up to the top: closing title", entry.is_closing and is_top
        yield "up: from an only child", not last.elders
        yield "up: many headings", math.log(len(self._rows) / 20)


def _is_alike(entry: Entry, other: Entry) -> bool:
    return entry.first == other.first or (entry.asks and other.asks)


def _goes_on(other: Entry, place: int) -> bool:
    """Whether later headings than the one at *place* are of a series with *other*."""
    return other.series_ends > place


def _difference(entry: Entry, other: Entry) -> float:
    return abs(min(_LONGEST, entry.length) - min(_LONGEST, other.length)) / 4
