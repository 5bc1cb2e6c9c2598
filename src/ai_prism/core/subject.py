"""The document as checks look at it: look-ups that several of them need, computed once."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

from ai_prism.core.model import Block, BlockKind, Document, Party, Section
from ai_prism.core.sentences import split_sentences
from ai_prism.core.told_clauses import ToldClauses

if TYPE_CHECKING:  # it looks at subjects itself
    from ai_prism.core.risk.clauses import ClauseModel

#: From where to where in the text.
Span: TypeAlias = tuple[int, int]

_OWN_WORDS: Final = frozenset(
    {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.CELL, BlockKind.FOOTNOTE}
)
_SENTENCES: Final = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FOOTNOTE})
_WORD: Final = re.compile(r"\w{1,60}")
_LONGEST_LABEL: Final = 60
_LABEL: Final = re.compile(r"(\w[^\n:.]{1,60}?)(?::|\Z|\.\s(?=[A-Z]))")
#: Somebody else's words, or code, inside a paragraph. Bounded, so that one stray mark costs little.
_QUOTED: Final = re.compile(r"“[^“”\n]{1,300}”|\"[^\"\n]{1,300}\"|`[^`\n]{1,300}`|«[^«»\n]{1,300}»")


class Subject:
    """A document and its sections under review."""

    def __init__(
        self,
        document: Document,
        sections: Sequence[Section],
        *,
        party: Party = Party.NEUTRAL,
        clause_models: "Sequence[ClauseModel]" = (),
        read_on: date | None = None,
    ) -> None:
        """Look at *document*, whose outline is *sections* in reading order.

        Args:
            document: the document.
            sections: its outline.
            party: for whom it is read.
            clause_models: find the clauses of an agreement; without any only phrases do.
            read_on: the day of reading, against which dates are old; today if not given.
        """
        self.document = document
        self.sections = tuple(sections)
        self.party = party
        self.told_clauses = ToldClauses(clause_models, self)
        self.read_on = read_on or datetime.now(UTC).date()

    def block_at(self, offset: int) -> Block | None:
        """Return the last block that starts at or before *offset*."""
        place = bisect_right(self._block_starts, offset) - 1
        return self.document.blocks[place] if place >= 0 else None

    def place_of(self, block: Block) -> int:
        """Return which of the document's blocks *block* is, from 0."""
        return bisect_left(self._block_starts, block.start)

    def block_after(self, block: Block) -> Block | None:
        """Return the block that follows *block*; None after the last."""
        place = bisect_right(self._block_starts, block.start)
        return self.document.blocks[place] if place < len(self._block_starts) else None

    def section_at(self, offset: int) -> Section | None:
        """Return the innermost section around *offset*; None before the first heading."""
        place = bisect_right(self._section_starts, offset) - 1
        return self.sections[place] if place >= 0 else None

    def sections_around(self, offset: int) -> Iterator[Section]:
        """Return the section around *offset* and all those it is part of, innermost first."""
        place = bisect_right(self._section_starts, offset) - 1
        while place >= 0:
            yield self.sections[place]
            place = self._parents[place]

    def blocks_of(self, section: Section) -> tuple[Block, ...]:
        """Return the blocks of *section*, its subsections' too, without its own heading."""
        first = bisect_left(self._block_starts, section.start)
        last = bisect_left(self._block_starts, section.end)
        return tuple(
            block for block in self.document.blocks[first:last] if block.start > section.start
        )

    def sureness_at(self, offset: int) -> float:
        """Return how sure the words at *offset* are: 1.0 unless their page was recognised."""
        return self._recognised.get(self.page_at(offset), 1.0)

    def is_recognised(self, block: Block) -> bool:
        """Return whether the words of *block* were recognised in a picture, and not read."""
        return block.page in self._recognised

    def page_at(self, offset: int) -> int | None:
        """Return the page of *offset*, where the format has pages."""
        block = self.block_at(offset)
        return block.page if block else None

    def matches(
        self, pattern: re.Pattern[str], blocks: Sequence[Block] | None = None
    ) -> Iterator[tuple[re.Match[str], Block]]:
        """Return the matches of *pattern* that lie inside one block, in the author's own words.

        Without *blocks* those of the author's prose are searched, and code in them is left out.
        """
        text = self.document.text
        for block in self.prose if blocks is None else blocks:
            for match in pattern.finditer(text, block.start, block.end):
                if blocks is not None or not block.verbatim or not self.is_code(*match.span()):
                    yield match, block

    def offsets_of(self, word: str) -> Sequence[int]:
        """Return where *word* stands in the prose, whatever its capitals; "feasib*" is any end."""
        if not word.endswith("*"):
            return self._words.get(word, ())
        stem = word[:-1]
        first = bisect_left(self._vocabulary, stem)
        last = bisect_left(self._vocabulary, f"{stem}\U0010ffff")
        return [offset for w in self._vocabulary[first:last] for offset in self._words[w]]

    def sentence_at(self, offset: int) -> Span:
        """Return the sentence around *offset*; in a table the cell."""
        place = bisect_right(self.sentences, offset, key=lambda span: span[0]) - 1
        if place >= 0 and self.sentences[place][1] > offset:
            return self.sentences[place]
        block = self.block_at(offset)
        return (block.start, block.end) if block else (offset, offset)

    def titles_around(self, offset: int) -> tuple[str, ...]:
        """Return the titles over *offset*, the nearest first, without that of the document."""
        around = tuple(self.sections_around(offset))
        is_titled = around and around[-1] is self.sections[0] and len(around) > 1
        return tuple(section.title for section in (around[:-1] if is_titled else around))

    def is_quoted(self, start: int, end: int) -> bool:
        """Return whether the text from *start* to *end* stands in quotation marks."""
        return _covers(self._quoted, start, end)

    def is_code(self, start: int, end: int) -> bool:
        """Return whether any of the text from *start* to *end* is code inside a sentence."""
        place = bisect_left(self._code, (end, 0)) - 1
        return place >= 0 and self._code[place][1] > start

    @cached_property
    def prose(self) -> tuple[Block, ...]:
        """The blocks that are the author's own words: no titles, code, quotes, furniture."""
        return tuple(
            block
            for block in self.document.blocks
            if block.kind in _OWN_WORDS
            and block.start not in self._titles
            and not self._is_line_of_contents(block)
        )

    @cached_property
    def has_unread_pictures(self) -> bool:
        """Whether the document holds pictures, whose content and place nobody read."""
        return any(part.what == "image" for part in self.document.coverage.not_read)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences of paragraphs, list items and footnotes; none runs over two blocks."""
        text = self.document.text
        return tuple(
            span
            for block in self.document.blocks
            if block.kind in _SENTENCES and block.start not in self._titles
            for span in split_sentences(text, block.start, block.end)
        )

    @cached_property
    def tables(self) -> tuple[tuple[Block, ...], ...]:
        """The cells of each table, in reading order."""
        tables: dict[int, list[Block]] = {}
        for block in self.document.blocks:
            if block.cell:
                tables.setdefault(block.cell.table, []).append(block)
        return tuple(tuple(cells) for cells in tables.values())

    @cached_property
    def lines(self) -> tuple[Span, ...]:
        """Where each block of the author's own words stands, with the cells of a row as one."""
        lines: list[Span] = []
        row: tuple[int, int] | None = None
        for block in self.prose:
            here = (block.cell.table, block.cell.row) if block.cell else None
            if here and here == row:
                lines[-1] = (lines[-1][0], block.end)
            else:
                lines.append((block.start, block.end))
            row = here
        return tuple(lines)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What is set like a heading inside the text: "Severity: 2", a cell of a first column."""
        text = self.document.text
        labels = []
        for block in self.prose:
            if block.cell is None:
                match = _LABEL.match(text, block.start, block.end)
                labels.append(match[1] if match else "")
            elif block.cell.column == 0 or block.cell.row == 0:
                labels.append(text[block.start : min(block.end, block.start + _LONGEST_LABEL)])
        return tuple(label for label in labels if label)

    def _is_line_of_contents(self, block: Block) -> bool:
        """Return whether *block* is an item that says a later heading word for word."""
        return block.kind is BlockKind.LIST_ITEM and block.start < self.last_start_of(
            self.document.text_of(block)
        )

    def last_start_of(self, title: str) -> int:
        """Return where the last section called *title*, however set, begins; -1 for none."""
        return self._starts_by_title.get(_plain(title), -1)

    @cached_property
    def _starts_by_title(self) -> dict[str, int]:
        return {_plain(section.title): section.start for section in self.sections}

    @cached_property
    def _recognised(self) -> dict[int | None, float]:
        return {page.page: page.confidence for page in self.document.coverage.recognised}

    @cached_property
    def _words(self) -> dict[str, list[int]]:
        """Each word of the prose in small letters, and where it stands."""
        words: dict[str, list[int]] = {}
        text = self.document.text
        for block in self.prose:
            for match in _WORD.finditer(text, block.start, block.end):
                words.setdefault(match[0].casefold(), []).append(match.start())
        return words

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted(self._words)

    @cached_property
    def _titles(self) -> frozenset[int]:
        """Where headings begin; in many formats they are paragraphs like any other."""
        return frozenset(self._section_starts)

    @cached_property
    def _quoted(self) -> list[Span]:
        return [match.span() for match, _ in self.matches(_QUOTED)]

    @cached_property
    def _code(self) -> list[Span]:
        return [span for block in self.document.blocks for span in block.verbatim]

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.document.blocks]

    @cached_property
    def _section_starts(self) -> list[int]:
        return [section.start for section in self.sections]

    @cached_property
    def _parents(self) -> list[int]:
        """For each section the position of the one it is part of, or -1."""
        parents: list[int] = []
        open_sections: list[int] = []
        for position, section in enumerate(self.sections):
            while open_sections and self.sections[open_sections[-1]].end <= section.start:
                open_sections.pop()
            parents.append(open_sections[-1] if open_sections else -1)
            open_sections.append(position)
        return parents


def _plain(title: str) -> str:
    return " ".join(title.casefold().split())


def _covers(spans: Sequence[Span], start: int, end: int) -> bool:
    place = bisect_right(spans, start, key=lambda span: span[0]) - 1
    return place >= 0 and end <= spans[place][1]
