"""How headings nest where neither looks nor marks tell: by numbers, else by what is likeliest.

Each heading stands under the one before or beside one that is still open. `Standing` says how
likely each is, given those before; all ways to go on are followed side by side, and the outline
with most parents likely right is kept: not the likeliest as a whole, which would be the flattest.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ai_prism.core.model import Document
from ai_prism.core.sections.candidates import Candidate
from ai_prism.core.sections.counting import depth_of_number
from ai_prism.core.sections.entries import Entries
from ai_prism.core.sections.standing import WEIGHTS, Evidence, Open, Standing

_DEEPEST: Final = 6
#: So many ways are followed side by side; in a list of thousands, only the likeliest.
_WAYS: Final = 12
#: Of these, none that is so much less likely than the best.
_UNLIKELY: Final = 0.01
_MANY_HEADINGS: Final = 1000
_FEWEST_LISTED: Final = 3


@dataclass(slots=True)
class _Way:
    """A way for the headings so far to nest; those that end alike are one."""

    section: Open  #: where the last heading stands
    likely: float
    before: list[tuple[int, float]] = field(default_factory=list)  #: (place among ways, step)
    best_step: float = 0.0
    right: float = 0.0  #: how many parents are likely right


def nested(
    headings: Sequence[Candidate],
    document: Document,
    *,
    has_title: bool,
    weights: Mapping[str, float] = WEIGHTS,
) -> list[int]:
    """Return the level of each of the *headings*, from 1.

    Args:
        headings: in reading order.
        document: that they stand in.
        has_title: whether the first is the title of it all.
        weights: of the evidence, by name.
    """
    entries = Entries.of(headings, document)
    steps = _Steps(entries, weights, has_title=has_title)
    layers = [[_Way(Open(0, None, None), 1.0)]]
    ways = _WAYS if len(headings) <= _MANY_HEADINGS else 1
    for place in range(1, len(headings)):
        layers.append(_next_ways(layers[-1], place, steps, ways))
    return _levels(layers)


class _Steps:
    """Where the next heading may stand, and how likely."""

    def __init__(self, entries: Entries, weights: Mapping[str, float], *, has_title: bool) -> None:
        self._rows = entries.rows
        self._standing = Standing(entries, has_title=has_title)
        self._weights = weights
        self._has_title = has_title
        numbered = sum(entry.number is not None for entry in entries.rows)
        listed = [entry.listed for entry in entries.rows if entry.listed]
        self._listed_depth = max(listed) if len(listed) >= _FEWEST_LISTED else 0
        self._place = 0
        self._of_parent: dict[tuple[int | None, bool], float] = {}
        self._of_elder: dict[int | None, float] = {}
        self._mostly_numbered = 2 * numbered > len(entries.rows)

    def of(self, place: int, last: Open) -> Iterator[tuple[Open | None, float]]:
        """Yield each section the heading at *place* may stand beside; None is under *last*."""
        elders = [section for section in last.chain() if section.parent or not self._has_title]
        entry = self._rows[place]
        if entry.listed and self._listed_depth:
            yield (elders[-entry.listed] if entry.listed <= len(elders) else None), 1.0
        elif entry.number:
            numbers = [self._rows[section.place].number for section in reversed(elders)]
            opens = not self._rows[place - 1].text_length
            depth = depth_of_number(entry.number, numbers, opens=opens)
            yield (elders[-1 - depth] if depth < len(elders) else None), 1.0
        elif self._mostly_numbered:
            # Among numbered headings, those without a number are parts of them.
            opens = not self._rows[place - 1].text_length
            deeper = last.depth + 1 < _DEEPEST and (opens or self._rows[last.place].number)
            yield (None if deeper or not elders else elders[0]), 1.0
        else:
            yield from self._weighed(place, last, elders)

    def _weighed(
        self, place: int, last: Open, elders: Sequence[Open]
    ) -> Iterator[tuple[Open | None, float]]:
        # A table of contents lists all headings down to some depth: the others are deeper.
        free = len(elders) - self._listed_depth
        options: list[Open | None] = [*elders[: max(0, free)]]
        if last.depth + 1 < _DEEPEST or not options:
            options.append(None)
        scores = [self._score(place, last, elder) for elder in options]
        highest = max(scores)
        odds = [math.exp(score - highest) for score in scores]
        yield from zip(options, (odd / sum(odds) for odd in odds), strict=True)

    def _score(self, place: int, last: Open, elder: Open | None) -> float:
        """Return the sum of the evidence, remembering what many ways have in common."""
        if place != self._place:
            self._place, self._of_parent, self._of_elder = place, {}, {}
        standing = self._standing
        parent = last if elder is None else elder.parent
        under, above = elder is None, parent.place if parent else None
        if (above, under) not in self._of_parent:
            told = standing.of_parent(place, parent, is_under=under)
            self._of_parent[above, under] = self._sum(told)
        beside = elder.place if elder else None
        if beside not in self._of_elder:
            told = standing.of_elder(place, elder) if elder else standing.of_last(place)
            self._of_elder[beside] = self._sum(told)
        own = self._sum(standing.of_way(place, last, elder))
        return own + self._of_parent[above, under] + self._of_elder[beside]

    def _sum(self, evidence: Evidence) -> float:
        weights = self._weights
        return sum(weights.get(name, 0.0) * value for name, value in evidence)


def _next_ways(before: Sequence[_Way], place: int, steps: _Steps, most: int) -> list[_Way]:
    ways: dict[int, _Way] = {}
    for number, way in enumerate(before):
        for elder, step in steps.of(place, way.section):
            section = Open.after(way.section, elder, place)
            likely = way.likely * step
            same = ways.setdefault(id(section.parent), _Way(section, 0.0))
            if likely > same.best_step:
                same.section, same.best_step = section, likely
            same.likely += likely
            same.before.append((number, step))
    kept = sorted(ways.values(), key=lambda way: -way.likely)[:most]
    kept = [way for way in kept if way.likely >= _UNLIKELY * kept[0].likely]
    total = sum(way.likely for way in kept)
    for way in kept:
        way.likely /= total
    return kept


def _levels(layers: Sequence[Sequence[_Way]]) -> list[int]:
    """Return the levels along the way with most parents likely right."""
    chosen: list[list[int]] = []
    for layer, before, shares in zip(layers[1:], layers, _shares(layers)[1:], strict=False):
        parents: dict[int, float] = defaultdict(float)
        for way, share in zip(layer, shares, strict=True):
            parents[_parent_of(way)] += share
        chosen.append([])
        for way in layer:
            best = max((number for number, _ in way.before), key=lambda n: before[n].right)
            way.right = before[best].right + parents[_parent_of(way)]
            chosen[-1].append(best)
    last = layers[-1]
    number = max(range(len(last)), key=lambda n: last[n].right)
    levels = []
    for layer, backs in zip(reversed(layers), [*reversed(chosen), None], strict=True):
        levels.append(layer[number].section.depth + 1)
        number = backs[number] if backs else 0
    return levels[::-1]


def _parent_of(way: _Way) -> int:
    return way.section.parent.place if way.section.parent else -1


def _shares(layers: Sequence[Sequence[_Way]]) -> list[list[float]]:
    """Return how likely each way is, given all headings, later ones too."""
    shares = [[1.0] * len(layer) for layer in layers]
    after = shares[-1]
    for place in reversed(range(len(layers))):
        layer = layers[place]
        shares[place] = [way.likely * later for way, later in zip(layer, after, strict=True)]
        total = sum(shares[place]) or 1.0
        shares[place] = [share / total for share in shares[place]]
        if place:
            earlier = [0.0] * len(layers[place - 1])
            for way, later in zip(layer, after, strict=True):
                for number, step in way.before:
                    earlier[number] += step * later
            highest = max(earlier) or 1.0
            after = [value / highest for value in earlier]
    return shares
