"""How deep each heading stands: by the author's marks, contents and numbers, else by its look."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from ai_prism.core.model import BlockKind, Document
from ai_prism.core.sections.candidates import ROUGHLY_SAME_SIZE, Candidate
from ai_prism.core.sections.nesting import nested
from ai_prism.core.sections.standing import WEIGHTS
from ai_prism.core.sections.titles import is_contents_title, is_in_capitals, is_usual

#: Sizes less than this far apart, in points, are the same size.
_SAME_SIZE: Final = 0.75
_FEWEST_IN_CAPITALS: Final = 2
_MOST_AGREE: Final = 0.9
_FEWEST_CHAPTERS: Final = 3
_FEWEST_PARTS: Final = 2
_FEWEST_OF_A_SPACE: Final = 3
#: In points, as the sizes.
_SAME_SPACE: Final = 1.5


class _Rank(NamedTuple):
    """How much a look stands out; larger is higher up in the outline."""

    size: float
    weight: float
    space: int = 0  #: 0 for the first to come of those set apart by different space, then -1, ...


def levels_of(
    headings: Sequence[Candidate],
    document: Document,
    *,
    standing: Mapping[str, float] = WEIGHTS,
) -> list[int]:
    """Return the level of each of the *headings* of *document*, from 1 and without gaps.

    *standing* weighs the evidence where neither marks, looks nor numbers tell.
    """
    if not headings:
        return []
    ranks = _ranks(headings)
    known = _levels_by_author(headings, ranks)
    if known:
        levels = _spread(headings, known, ranks)
    elif not any(heading.look.size for heading in headings):
        levels = nested(headings, document, has_title=_may_be_title(headings[0]), weights=standing)
    else:
        levels = _levels_by_look(headings, ranks)
        levels = _corrected_by_numbers(headings, levels)
    return without_gaps(levels)


def _levels_by_author(headings: Sequence[Candidate], ranks: Sequence[_Rank]) -> dict[int, int]:
    """Return the levels that the author gives, by style or in the table of contents."""
    marked = {
        place: heading.block.level
        for place, heading in enumerate(headings)
        if heading.block.kind is BlockKind.HEADING and heading.block.level
    }
    if marked:
        return marked
    listed = {
        place: heading.contents_level
        for place, heading in enumerate(headings)
        if heading.contents_level
    }
    enough = len(listed) * 4 > len(headings) and len(set(listed.values())) > 1
    return listed if enough and _agree(listed, ranks) else {}


def _agree(listed: dict[int, int], ranks: Sequence[_Rank]) -> bool:
    """Whether the table of contents says what looks say, or looks say less.

    People make such tables by hand, too, and then forget them.
    """
    seen: dict[_Rank, Counter[int]] = defaultdict(Counter)
    for place, level in listed.items():
        seen[ranks[place]][level] += 1
    if len(seen) < len(set(listed.values())):
        return True
    usual = sum(levels.most_common(1)[0][1] for levels in seen.values())
    return usual >= _MOST_AGREE * len(listed) and not _are_told_apart(seen)


def _are_told_apart(seen: Mapping[_Rank, Counter[int]]) -> bool:
    """Whether looks tell more: parts and chapters listed alike are set in sizes of their own."""
    sizes: dict[int, Counter[float]] = defaultdict(Counter)
    for rank, levels in seen.items():
        level, count = levels.most_common(1)[0]
        sizes[level][rank.size] += count
    return any(sum(count >= _FEWEST_PARTS for count in s.values()) > 1 for s in sizes.values())


def _spread(
    headings: Sequence[Candidate], known: dict[int, int], ranks: Sequence[_Rank]
) -> list[int]:
    """Return *known* levels with those of the other headings, told from their looks."""
    top, deepest = min(known.values()), max(known.values())
    lowest_look = min(ranks[place] for place in known)
    highest_look = max(ranks[place] for place in known)
    seen: dict[_Rank, Counter[int]] = defaultdict(Counter)
    for place, level in known.items():
        seen[ranks[place]][level] += 1
    spread = []
    for place, rank in enumerate(ranks):
        if place in known:
            spread.append(known[place])
        elif is_contents_title(headings[place].title):
            # However large: no chapter stands under it.
            spread.append(top)
        elif rank > highest_look or (place == 0 and _may_be_title(headings[0])):
            spread.append(top - 1)
        elif rank <= lowest_look:
            # A table of contents lists all headings down to some depth: this one is deeper.
            spread.append(deepest + 1)
        else:
            nearest = min(seen, key=lambda other: (abs(other.size - rank.size), other < rank))
            spread.append(seen[nearest].most_common(1)[0][0])
    return spread


def _levels_by_look(headings: Sequence[Candidate], ranks: Sequence[_Rank]) -> list[int]:
    ranks = _without_outliers(ranks)
    order = sorted(set(ranks), reverse=True)
    levels = [order.index(rank) + 1 for rank in ranks]
    if _begins_with_title(headings, levels):
        levels = [1, *(level + 1 for level in levels[1:])]
    return levels


def _without_outliers(ranks: Sequence[_Rank]) -> list[_Rank]:
    """Return *ranks* where none stands out more than the chapters do, the first heading apart.

    One larger heading in the middle is no part of its own, that chapters would stand under: such
    parts come in numbers.
    """
    counts = Counter(ranks[1:])
    highest = max((rank for rank in counts if counts[rank] >= _FEWEST_CHAPTERS), default=None)
    if highest is None:
        return list(ranks)
    alone = {rank for rank in counts if counts[rank] == 1 and rank != ranks[0] and rank > highest}
    return [ranks[0], *(highest if rank in alone else rank for rank in ranks[1:])]


def _begins_with_title(headings: Sequence[Candidate], levels: Sequence[int]) -> bool:
    """Whether the first heading is the document's title though it looks like the next ones."""
    peers = [heading for heading, level in zip(headings, levels, strict=True) if level == 1][1:]
    if levels[0] != 1 or not peers or not _may_be_title(headings[0]):
        return False
    stands_out = is_in_capitals(headings[0].title) and not any(
        is_in_capitals(peer.title) for peer in peers
    )
    return stands_out or max(levels) == 1


def _may_be_title(first: Candidate) -> bool:
    return first.stands_at_start and first.number is None and not is_usual(first.title)


def _ranks(headings: Sequence[Candidate]) -> list[_Rank]:
    if all(heading.is_recognised for heading in headings):
        return _rough_ranks(headings)
    sizes = _merged_sizes({heading.look.size for heading in headings}, _SAME_SIZE)
    in_capitals = [
        is_in_capitals(heading.title) or heading.block.style.capitals for heading in headings
    ]
    ranks = [
        _Rank(sizes[heading.look.size], _weight(heading, capitals=False)) for heading in headings
    ]
    # A title may be in capitals by chance; two of a look, beside others, are a habit.
    habits = Counter(rank for rank, capitals in zip(ranks, in_capitals, strict=True) if capitals)
    ranks = [
        _Rank(rank.size, _weight(heading, capitals=True))
        if capitals and habits[rank] >= _FEWEST_IN_CAPITALS
        else rank
        for heading, rank, capitals in zip(headings, ranks, in_capitals, strict=True)
    ]
    return _told_apart_by_space(headings, ranks)


def _rough_ranks(headings: Sequence[Candidate]) -> list[_Rank]:
    """Return the ranks of headings on recognised pages, where sizes and strokes are measured."""
    sizes = _merged_sizes({heading.look.size for heading in headings}, ROUGHLY_SAME_SIZE)
    return [_Rank(sizes[heading.look.size], 0.0) for heading in headings]


def _told_apart_by_space(headings: Sequence[Candidate], ranks: Sequence[_Rank]) -> list[_Rank]:
    """Return *ranks* where headings of one look but with different space around them differ.

    More space may mean a higher level or, on web pages, a lower one: but the higher comes first.
    """
    alike: dict[_Rank, list[int]] = defaultdict(list)
    for place, rank in enumerate(ranks):
        alike[rank].append(place)
    told = list(ranks)
    for rank, places in alike.items():
        spaces = _spaces([headings[place] for place in places])
        for place in places:
            nearest = min(spaces, key=lambda space: abs(space - headings[place].space), default=0)
            told[place] = rank._replace(space=-spaces.index(nearest) if spaces else 0)
    return told


def _spaces(headings: Sequence[Candidate]) -> list[float]:
    """Return the different spaces around *headings* of one look, in the order they first come."""
    counts: Counter[float] = Counter()
    for heading in headings:
        if heading.space:
            near = (space for space in counts if abs(space - heading.space) < _SAME_SPACE)
            counts[next(near, heading.space)] += 1
    return [space for space, count in counts.items() if count >= _FEWEST_OF_A_SPACE]


def _merged_sizes(sizes: set[float], tolerance: float) -> dict[float, float]:
    merged: dict[float, float] = {}
    last = 0.0
    for size in sorted(sizes, reverse=True):
        if not merged or last - size >= tolerance:
            last = size
        merged[size] = last
    return merged


def _weight(heading: Candidate, *, capitals: bool) -> float:
    look = heading.look
    return (
        2.0 * look.bold
        + 1.5 * capitals
        + 0.5 * look.centred
        + 0.5 * look.underlined
        # Italic is less than plain bold, yet more than type like that of the text.
        + (-0.5 if look.bold else 0.5) * look.italic
    )


def _corrected_by_numbers(headings: Sequence[Candidate], levels: Sequence[int]) -> list[int]:
    """Return *levels* with "3.2" one below "3", whatever they look like."""
    depths = {
        place: heading.number.depth
        for place, heading in enumerate(headings)
        if heading.number and heading.number.scheme.startswith(("1", "A.1"))
    }
    if not depths:
        return list(levels)
    top = min(depths.values())
    tops = Counter(levels[place] for place, depth in depths.items() if depth == top)
    base = tops.most_common(1)[0][0]
    corrected = [
        base + depths[place] - top if place in depths else level
        for place, level in enumerate(levels)
    ]
    return _kept_inside(headings, corrected, sorted(depths))


def _kept_inside(
    headings: Sequence[Candidate], levels: list[int], numbered: Sequence[int]
) -> list[int]:
    """Keep what stands without a number between "3" or "3.1" and "3.2" from ending section 3."""
    for before, after in pairwise(numbered):
        first, second = headings[before].number, headings[after].number
        if first and second and first.parts[0] == second.parts[0] and len(second.parts) > 1:
            for place in range(before + 1, after):
                levels[place] = max(levels[place], levels[before] + 1)
    return levels


def without_gaps(levels: Sequence[int]) -> list[int]:
    """Return *levels* from 1, each at most one deeper than the heading it stands under."""
    above: list[int] = []
    closed: list[int] = []
    for level in levels:
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        closed.append(len(above))
    return closed
