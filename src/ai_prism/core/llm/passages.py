"""A document in the pieces that a reviewer reads: each section's own words, once."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from ai_prism.core.llm import Passage
from ai_prism.core.model import Block, BlockKind, Document, Section
from ai_prism.core.subject import Span, Subject

#: Some four printed pages: small enough for any model to read closely, and to answer in seconds.
MOST_CHARACTERS: Final = 12_000
#: Fewer letters than this beside the title are a label, with nothing in it to review.
_FEWEST_LETTERS: Final = 40
_LETTER: Final = re.compile(r"[^\W_]")
_NOT_OWN_WORDS: Final = frozenset({BlockKind.CONTENTS, BlockKind.FURNITURE, BlockKind.HEADING})


def passages(subject: Subject) -> tuple[Passage, ...]:
    """Return the passages of a document in reading order; no word is in two of them.

    A section's own words end where its first sub-section begins. What holds next to no words, and
    tables of contents, are left out.
    """
    document = subject.document
    starts = [block.start for block in document.blocks]
    found = []
    for section, (start, end) in _own_words(document, subject.sections):
        blocks = document.blocks[bisect_left(starts, start) : bisect_left(starts, end)]
        if not _is_worth_reading(document.text[start:end], section, blocks):
            continue
        around = subject.sections_around(section.start) if section else ()
        path = tuple(reversed([above.title for above in around]))
        for piece in _pieces(start, end, [block.end for block in blocks]):
            words = document.text[slice(*piece)]
            identity = section.id if section else None
            found.append(
                Passage(section_id=identity, path=path, start=piece[0], end=piece[1], text=words)
            )
    return tuple(found)


def _own_words(
    document: Document, sections: Sequence[Section]
) -> Iterator[tuple[Section | None, Span]]:
    ends = [*(section.start for section in sections), len(document.text)]
    if ends[0] > 0:
        yield None, (0, ends[0])
    for section, end in zip(sections, ends[1:], strict=True):
        yield section, (section.start, min(end, section.end))


def _is_worth_reading(text: str, section: Section | None, blocks: Sequence[Block]) -> bool:
    words = text.removeprefix(section.title if section else "")
    if len(_LETTER.findall(words)) < _FEWEST_LETTERS:
        return False
    return any(block.kind not in _NOT_OWN_WORDS for block in blocks) or not blocks


def _pieces(start: int, end: int, ends: Sequence[int]) -> Iterator[Span]:
    """Return the span in pieces that end where blocks do, if no block is longer than a piece."""
    while end - start > MOST_CHARACTERS:
        limit = start + MOST_CHARACTERS
        last = ends[bisect_right(ends, limit) - 1] if ends and ends[0] <= limit else start
        cut = last if last > start else limit
        yield start, cut
        start = cut
    yield start, end
