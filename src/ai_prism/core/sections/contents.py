"""The document's own table of contents: the author's word on what is a heading, and how deep."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from ai_prism.core.model import Block, BlockKind, Document
from ai_prism.core.sections.numbering import Number, number_of
from ai_prism.core.sections.titles import is_contents_title, key_of

#: Dots and the number of a page, which may stand right behind them.
_TAIL: Final = re.compile(r"[\s.…_·]{0,250}(?:(?:\s|\.{3}|[…_·])(?:\d{1,4}|[ivxlc]{1,6}))?$")
_FEWEST_ENTRIES: Final = 3
#: Left edges closer than this, in points, are the same indent.
_SAME_INDENT: Final = 3.0
#: A list under "Contents" is one if at least this share of its items are titles further down.
_ENOUGH_MATCHES: Final = 0.5
#: The same where nothing says that it lists the contents.
_FEWEST_UNANNOUNCED: Final = 4
_ENOUGH_UNANNOUNCED: Final = 0.7
#: Such a list stands at the start of the text; in characters.
_AT_THE_START: Final = 4000
_LONGEST_TITLE: Final = 200
_MAY_BE_TITLE: Final = {BlockKind.HEADING, BlockKind.PARAGRAPH}
#: Lines of contents are no more blocks apart than this.
_REACH: Final = 12
#: So few short blocks between two lines of contents, no larger than they, are lines of it, too.
_MOST_BETWEEN: Final = 3
_LARGER: Final = 1.05
#: The share of numbered entries that are as deep as most with numbers of their kind.
_MOST_AGREE: Final = 0.8


@dataclass(frozen=True)
class Contents:
    """Entries of a table of contents."""

    #: Depths from 1 in the order of the entries, by `key_of` the title.
    levels: dict[str, list[int]] = field(default_factory=dict)
    unnumbered: frozenset[str] = frozenset()  #: the keys of entries without a number
    places: frozenset[int] = frozenset()  #: the blocks that the table itself is made of

    def levels_of(self, title: str) -> list[int]:
        """Return the depths at which the table lists *title*: none if it does not."""
        if not self.levels:
            return []
        found = self.levels.get(key_of(title))
        if found is None and (number := number_of(title)):
            bare = title[number.end :]
            # "Chapter 1 Scope" may be listed as "1 Scope", but it is not what "4.1 Scope" lists.
            found = self.levels.get(key_of(f"{number.text} {bare}"))
            if found is None and key_of(bare) in self.unnumbered:
                found = self.levels[key_of(bare)]
        return found or []


def find_contents(document: Document) -> Contents:
    """Return the table of contents of *document*; an empty one if it has none."""
    blocks = document.blocks
    places = _lines_of_contents(document)
    if len(places) < _FEWEST_ENTRIES:
        places = _list_of_titles(document)
    if len(places) < _FEWEST_ENTRIES:
        return Contents()
    # The number of a page may stand in a line of its own.
    entries = [blocks[p] for p in places if not document.text_of(blocks[p])[:5].isdecimal()]
    titles = [_title_of(entry, document) for entry in entries]
    levels: dict[str, list[int]] = {}
    for title, level in zip(titles, _depths(entries, titles), strict=True):
        for key in _keys_of(title):
            levels.setdefault(key, []).append(level)
    unnumbered = frozenset(key_of(title) for title in titles if not number_of(title)) - {""}
    return Contents(levels, unnumbered, frozenset(places))


def _lines_of_contents(document: Document) -> list[int]:
    """Return the places of lines of contents, with those between that lack dots: of chapters."""
    blocks = document.blocks
    sure = [place for place, block in enumerate(blocks) if block.kind is BlockKind.CONTENTS]
    if len(sure) < _FEWEST_ENTRIES:
        return sure
    first, last = sure[0], sure[0]
    for place in sure:
        last = place if place - last <= _REACH else last
    later = {
        key_of(document.text_of(block))
        for block in blocks[last + 1 :]
        if block.end - block.start < _LONGEST_TITLE and block.kind in _MAY_BE_TITLE
    }
    known = {*sure, *_between(document, sure)}
    for place in range(max(0, first - _REACH), min(len(blocks), last + _REACH)):
        text = document.text_of(blocks[place])[: _LONGEST_TITLE + 1]
        untailed = _TAIL.sub("", text, count=1)
        is_within = first < place < last
        if (
            blocks[place].kind in _MAY_BE_TITLE
            and len(text) <= _LONGEST_TITLE
            and (text[-1:].isdigit() or is_within)
            and not later.isdisjoint(_keys_of(untailed))
        ):
            known.add(place)
    return sorted(known)


def _between(document: Document, sure: Sequence[int]) -> Iterator[int]:
    """Yield the places between two lines of contents that are set like them, or end like them.

    So do those between the title of it all and the first line.
    """
    blocks = document.blocks
    edges = list(sure)
    for place in range(sure[0] - 1, max(-1, sure[0] - _MOST_BETWEEN - 2), -1):
        if is_contents_title(document.text_of(blocks[place])[:40]):
            edges.insert(0, place)
            break
    for before, after in pairwise(edges):
        size = max(blocks[place].style.size for place in (before, after) if place in sure)
        between = blocks[before + 1 : after]
        if len(between) <= _MOST_BETWEEN and all(
            block.kind in _MAY_BE_TITLE
            and block.end - block.start < _LONGEST_TITLE
            and (0 < block.style.size <= size * _LARGER or document.text_of(block)[-1:].isdigit())
            for block in between
        ):
            yield from range(before + 1, after)


def _list_of_titles(document: Document) -> list[int]:
    """Return the places of the first plain list that repeats titles of the document further down.

    Under "Contents" half of its items are enough; elsewhere it must be most of them.
    """
    blocks = document.blocks
    last = {
        key_of(document.text_of(block)): place
        for place, block in enumerate(blocks)
        if block.end - block.start < _LONGEST_TITLE and block.kind in _MAY_BE_TITLE
    }
    for items in _lists(blocks):
        keys = [key_of(document.text_of(blocks[item])[:_LONGEST_TITLE]) for item in items]
        hits = sum(last.get(key, 0) > items[-1] for key in keys)
        before = blocks[items[0] - 1] if items[0] else None
        is_announced = before is not None and is_contents_title(document.text_of(before)[:40])
        if is_announced:
            enough = max(_FEWEST_ENTRIES, _ENOUGH_MATCHES * len(items))
        elif blocks[items[0]].start > _AT_THE_START or not _spans(items, document, keys):
            continue
        else:
            enough = max(_FEWEST_UNANNOUNCED, _ENOUGH_UNANNOUNCED * len(items))
        if hits >= enough:
            return items
    return []


def _spans(items: Sequence[int], document: Document, keys: Sequence[str]) -> bool:
    """Return whether the titles of these *keys* span what follows the list: others sum up a part.

    The first comes soon, and the last in the second half.
    """
    listed = set(keys)
    end = document.blocks[items[-1]].end
    starts = [
        block.start
        for block in document.blocks[items[-1] + 1 :]
        if block.end - block.start < _LONGEST_TITLE
        and block.kind in _MAY_BE_TITLE
        and key_of(document.text_of(block)) in listed
    ]
    half = (end + len(document.text)) / 2
    return bool(starts) and starts[0] <= end + _AT_THE_START and starts[-1] >= half


def _lists(blocks: Sequence[Block]) -> Iterator[list[int]]:
    items: list[int] = []
    for place, block in enumerate(blocks):
        if block.kind is BlockKind.LIST_ITEM:
            items.append(place)
        elif items:
            yield items
            items = []
    if items:
        yield items


def _keys_of(title: str) -> set[str]:
    """Return how *title* compares, with its number and without."""
    number = number_of(title)
    return {key_of(title), key_of(title[number.end :] if number else "")} - {""}


def _title_of(entry: Block, document: Document) -> str:
    text = document.text_of(entry)[:400]
    return text if entry.kind is BlockKind.LIST_ITEM else _TAIL.sub("", text, count=1)


def _depths(entries: Sequence[Block], titles: Sequence[str]) -> list[int]:
    """Return how deep each entry stands: by its style, its indent, else by its number."""
    styled = [entry.level for entry in entries]
    if len(set(styled)) > 1:
        return [max(level, 1) for level in styled]
    edges = sorted({entry.style.indent for entry in entries})
    steps = [edge for i, edge in enumerate(edges) if i == 0 or edge - edges[i - 1] > _SAME_INDENT]
    numbers = [number_of(title) for title in titles]
    depths = [
        sum(entry.style.indent >= step - _SAME_INDENT / 2 for step in steps) for entry in entries
    ]
    if len(steps) > 1 and _agrees_with_numbers(depths, numbers):
        return _refined(depths, numbers)
    return [number.depth if number else 1 for number in numbers]


def _refined(depths: list[int], numbers: Sequence[Number | None]) -> list[int]:
    """Return *depths*, by indent, with "3.2.1" under "3.2" where both are set alike."""
    decimal = [number if number and number.scheme.startswith("1") else None for number in numbers]
    told = [(number.depth, own) for number, own in zip(decimal, depths, strict=True) if number]
    if len({depth for depth, _ in told}) <= len({own for _, own in told}):
        return depths
    top = min(depth for depth, _ in told)
    base = Counter(own for depth, own in told if depth == top).most_common(1)[0][0]
    return [
        base + number.depth - top if number else own
        for number, own in zip(decimal, depths, strict=True)
    ]


def _agrees_with_numbers(depths: Sequence[int], numbers: Sequence[Number | None]) -> bool:
    """Return whether entries numbered alike are as deep: in two columns, indents tell nothing."""
    seen: dict[str, Counter[int]] = defaultdict(Counter)
    for depth, number in zip(depths, numbers, strict=True):
        if number:
            seen[number.scheme][depth] += 1
    if len(seen) < 2:
        return True
    usual = sum(depths.most_common(1)[0][1] for depths in seen.values())
    return usual >= _MOST_AGREE * sum(depths.total() for depths in seen.values())
