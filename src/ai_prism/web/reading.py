"""A document laid out for reading: its blocks in groups, cut where findings begin and end.

Plain data for the templates, which only have to walk it. Every character of the text that is not
white space appears exactly once.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby, islice, pairwise
from typing import Final

from ai_prism.core.model import Anchor, Block, BlockKind, Document, Finding, Level, Section

#: A remark about a whole section is shown where it begins; painting pages of text helps nobody.
PAINTED_CHARACTERS: Final = 600
#: Cells that an author merged away are filled in, but not for the sake of a wild column number.
_EMPTY_CELLS: Final = 30
#: About two pages: fewer make many boxes to place, more make each of them slow to lay out.
_LEAF: Final = 25
_CAN_BE_HEADING: Final = {BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM}
_DEEPEST_LEVEL: Final = 6
#: A number that is typed stands within so many characters of a heading or list item.
_NUMBER_CHARACTERS: Final = 40


class Shape(StrEnum):
    """How a passage is set."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    CODE = "code"
    QUOTE = "quote"
    FOOTNOTE = "footnote"
    CONTENTS = "contents"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text about which the same findings speak."""

    text: str
    findings: tuple[str, ...] = ()  #: ids, the gravest first
    severity: Level | None = None  #: of the gravest
    related: bool = False  #: only a place that some finding conflicts with
    weighed: bool = False  #: words that weighed most in a finding
    begins: tuple[str, ...] = ()  #: keys of the places that begin here; see `places_of`


@dataclass(frozen=True, slots=True)
class Line:
    """The text of one block."""

    runs: tuple[Run, ...]
    start: int = 0  #: where they stand in the text
    level: int = 0
    number: str = ""
    header: bool = False
    sections: tuple[Section, ...] = ()  #: the sections that begin in it


@dataclass(frozen=True, slots=True)
class Passage:
    """Blocks that are set together: one paragraph, a whole list, a whole table."""

    shape: Shape
    lines: tuple[Line, ...]  #: empty for a table
    rows: tuple[tuple[Line, ...], ...] = ()
    page: int | None = None  #: set where another page begins


def passages(
    document: Document, findings: Sequence[Finding], sections: Sequence[Section]
) -> tuple[Passage, ...]:
    """Return *document* for reading, with *findings* marked and *sections* as its headings."""
    return tuple(each_passage(document, findings, sections))


def each_passage(
    document: Document, findings: Sequence[Finding], sections: Sequence[Section]
) -> Iterator[Passage]:
    """Yield the same one by one: setting a long document takes longer than people wait."""
    setter = _Setter(document, findings, sections)
    for (shape, *_), blocks in groupby(_blocks(document), setter.group_of):
        yield setter.passage(shape, list(blocks))


def leaves(passages: Iterable[Passage]) -> Iterator[tuple[Passage, ...]]:
    """Yield *passages* in bundles, each of which a browser lays out when it comes into sight."""
    rest = iter(passages)
    while leaf := tuple(islice(rest, _LEAF)):
        yield leaf


def _blocks(document: Document) -> Iterator[Block]:
    """Yield the blocks, and a paragraph for any text that no block holds."""
    end = 0
    for block in document.blocks:
        if not _is_blank(document.text, end, block.start):
            yield Block(kind=BlockKind.PARAGRAPH, start=end, end=block.start, page=block.page)
        yield block
        end = max(end, block.end)
    if not _is_blank(document.text, end, len(document.text)):
        yield Block(kind=BlockKind.PARAGRAPH, start=end, end=len(document.text))


def _is_blank(text: str, start: int, end: int) -> bool:
    return start >= end or not text[start:end].strip()


def _is_typed(number: str, text: str) -> bool:
    """Tell whether the author typed *number*, as in "4.1 Fetch" or "Schedule 2: Fees"."""
    opening = text.lstrip()[:_NUMBER_CHARACTERS]
    return opening.startswith(number) or number in opening.replace(":", " ").split()


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    finding: Finding
    key: str = ""  #: of the place, where it can be jumped to
    related: bool = False
    weighed: bool = False


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A span over which the same marks lie."""

    start: int
    end: int
    marks: tuple[_Mark, ...]


class _Setter:
    """Sets one document; remembers which findings and pages have begun."""

    def __init__(
        self, document: Document, findings: Sequence[Finding], sections: Sequence[Section]
    ) -> None:
        self._document = document
        self._sections = sorted(sections, key=lambda section: section.start)
        self._section_starts = [section.start for section in self._sections]
        self._stretches = list(_stretches(_marks(findings)))
        self._stretch_starts = [stretch.start for stretch in self._stretches]
        self._stretch_ends = [stretch.end for stretch in self._stretches]
        self._begun: set[str] = set()
        self._page: int | None = None

    def group_of(self, block: Block) -> tuple[Shape, int, int]:
        """Return what *block* shares with its neighbours when they are set as one passage."""
        shape = self._shape(block)
        if shape is Shape.TABLE:
            return shape, block.cell.table if block.cell else 0, 0
        if shape is Shape.LIST:
            return shape, block.page or 0, 0
        return shape, block.start, block.end

    def passage(self, shape: Shape, blocks: list[Block]) -> Passage:
        page = self._page_begun(blocks[0])
        if shape is Shape.TABLE:
            return Passage(shape, (), self._rows(blocks), page)
        return Passage(shape, tuple(self._line(block) for block in blocks), page=page)

    def _shape(self, block: Block) -> Shape:
        if block.kind in _CAN_BE_HEADING and self._is_heading(block):
            return Shape.HEADING
        by_kind = {BlockKind.LIST_ITEM: Shape.LIST, BlockKind.CELL: Shape.TABLE}
        return by_kind.get(block.kind) or Shape(block.kind.value)

    def _is_heading(self, block: Block) -> bool:
        """Tell a heading from a paragraph that opens with one ("Payment. The Customer shall…")."""
        title = self._document.title
        if block.kind is BlockKind.HEADING or self._document.text_of(block) == title:
            return True
        return any(
            _is_blank(self._document.text, section.start + len(section.title), block.end)
            for section in self._sections_in(block)
        )

    def _sections_in(self, block: Block) -> tuple[Section, ...]:
        first = bisect_left(self._section_starts, block.start)
        last = bisect_left(self._section_starts, block.end)
        return tuple(self._sections[first:last])

    def _page_begun(self, block: Block) -> int | None:
        if block.page is None or block.page == self._page:
            return None
        self._page = block.page
        return block.page

    def _rows(self, blocks: list[Block]) -> tuple[tuple[Line, ...], ...]:
        rows = groupby(blocks, lambda block: block.cell.row if block.cell else 0)
        return tuple(tuple(self._cells(list(row))) for _, row in rows)

    def _cells(self, blocks: list[Block]) -> Iterator[Line]:
        column = 0
        for block in blocks:
            place = block.cell.column if block.cell else column
            yield from [Line(())] * min(place - column, _EMPTY_CELLS)
            yield self._line(block)
            column = place + 1

    def _line(self, block: Block) -> Line:
        sections = self._sections_in(block)
        number = block.number or (sections[0].number if sections else "")
        text = self._document.text_of(block)
        level = sections[0].level if sections else block.level
        return Line(
            runs=tuple(_joined(self._runs(block))),
            start=block.start,
            level=min(level, _DEEPEST_LEVEL),
            number="" if _is_typed(number, text) else number,
            header=bool(block.cell and block.cell.header),
            sections=sections,
        )

    def _runs(self, block: Block) -> Iterator[Run]:
        text, place = self._document.text, block.start
        first = bisect_right(self._stretch_ends, block.start)
        last = bisect_left(self._stretch_starts, block.end)
        for stretch in self._stretches[first:last]:
            start, end = max(stretch.start, place), min(stretch.end, block.end)
            if place < start:
                yield Run(text[place:start])
            yield self._marked(text[start:end], stretch.marks)
            place = end
        if place < block.end:
            yield Run(text[place : block.end])

    def _marked(self, text: str, marks: tuple[_Mark, ...]) -> Run:
        own = [mark.finding.id for mark in marks if not mark.related]
        keys = (mark.key for mark in marks if mark.key and mark.key not in self._begun)
        begins = tuple(dict.fromkeys(keys))
        self._begun.update(begins)
        return Run(
            text=text,
            findings=tuple(dict.fromkeys(mark.finding.id for mark in marks)),
            severity=marks[0].finding.severity,
            related=not own,
            weighed=any(mark.weighed for mark in marks),
            begins=begins,
        )


def _joined(runs: Iterator[Run]) -> Iterator[Run]:
    """Yield *runs* with white space that would be a mark by itself in the run before it.

    It is a link without a name otherwise, to people who hear the page.
    """
    last: Run | None = None
    for run in runs:
        if last and run.findings and not run.begins and not run.text.strip():
            last = replace(last, text=last.text + run.text)
            continue
        if last:
            yield last
        last = run
    if last:
        yield last


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that a finding speaks of."""

    key: str  #: unlike that of any other place of any finding
    anchor: Anchor
    related: bool  #: the finding conflicts with it


def places_of(finding: Finding) -> tuple[Place, ...]:
    """Return all places of *finding*, its own first; the key of the first one is its id."""
    anchors = (*finding.anchors, *finding.related)
    own = len(finding.anchors)
    return tuple(
        Place(f"{finding.id}.{number}" if number else finding.id, anchor, number >= own)
        for number, anchor in enumerate(anchors)
    )


def in_reading_order(
    findings: Sequence[Finding], sections: Sequence[Section]
) -> tuple[Finding, ...]:
    """Return *findings* by where they stand; what is said of the whole document comes first."""
    starts = {section.id: section.start for section in sections}

    def start(finding: Finding) -> int:
        if finding.anchors:
            return finding.anchors[0].start
        return starts.get(finding.section_id or "", -1)

    return tuple(sorted(findings, key=start))  # those of one place stay as they were: gravest first


def _marks(findings: Sequence[Finding]) -> Iterator[_Mark]:
    for finding in findings:
        for place in places_of(finding):
            start, end = _painted(place.anchor)
            yield _Mark(start, end, finding, place.key, place.related)
        for anchor in finding.weighed:
            yield _Mark(*_painted(anchor), finding, weighed=True)


def _painted(anchor: Anchor) -> tuple[int, int]:
    return anchor.start, min(anchor.end, anchor.start + PAINTED_CHARACTERS)


def _stretches(marks: Iterator[_Mark]) -> Iterator[_Stretch]:
    """Yield the marked parts of the text in order; nothing overlaps any more."""
    begins: defaultdict[int, list[_Mark]] = defaultdict(list)
    edges: set[int] = set()
    for mark in marks:
        if mark.start < mark.end:
            begins[mark.start].append(mark)
            edges |= {mark.start, mark.end}

    under_way: list[_Mark] = []
    for start, end in pairwise(sorted(edges)):
        under_way = [mark for mark in under_way if mark.end > start] + begins[start]
        if under_way:
            under_way.sort(key=lambda mark: (mark.related, mark.finding.severity.rank))
            yield _Stretch(start, end, tuple(under_way))
