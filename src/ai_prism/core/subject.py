"""The document as checks look at it: look-ups that several of them need, computed once."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from ai_prism.core.model import Block, BlockKind, Document, Section


class Subject:
    """A document and its sections under review."""

    def __init__(self, document: Document, sections: Sequence[Section]) -> None:
        """Look at *document*, whose outline is *sections* in reading order."""
        self.document = document
        self.sections = tuple(sections)

    def block_at(self, offset: int) -> Block | None:
        """Return the last block that starts at or before *offset*."""
        place = bisect_right(self._block_starts, offset) - 1
        return self.document.blocks[place] if place >= 0 else None

    def section_at(self, offset: int) -> Section | None:
        """Return the innermost section around *offset*; None before the first heading."""
        place = bisect_right(self._section_starts, offset) - 1
        return self.sections[place] if place >= 0 else None

    def page_at(self, offset: int) -> int | None:
        """Return the page of *offset*, where the format has pages."""
        block = self.block_at(offset)
        return block.page if block else None

    @cached_property
    def prose(self) -> tuple[Block, ...]:
        """The blocks that are the author's own words: no code, quotes, contents, furniture."""
        own = {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.CELL, BlockKind.FOOTNOTE}
        return tuple(block for block in self.document.blocks if block.kind in own)

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.document.blocks]

    @cached_property
    def _section_starts(self) -> list[int]:
        return [section.start for section in self.sections]
