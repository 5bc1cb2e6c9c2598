"""A document cut into what the clause models judge: sentences, as in the data they learnt from."""

from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import BlockKind
from ai_prism.core.sentences import split_sentences
from ai_prism.core.subject import Span, Subject

_LEFT_OUT: Final = frozenset({BlockKind.CODE, BlockKind.CONTENTS, BlockKind.FURNITURE})
#: The longest sentence in the labelled contracts has 5,958 code points, one in a thousand 1,564.
_LONGEST: Final = 2_000


def segments_of(subject: Subject) -> list[Span]:
    """Return the sentences of *subject* in order, its headings too, since they are context."""
    text = subject.document.text
    return [
        piece
        for block in subject.document.blocks
        if block.kind not in _LEFT_OUT
        for start, end in split_sentences(text, block.start, block.end)
        for piece in _pieces(text, start, end)
        if text[piece[0] : piece[1]].strip()
    ]


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut what is too long at white space, so that no sentence costs more than it can tell."""
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = cut + 1 if cut >= 0 else start + _LONGEST
        yield start, cut
        start = cut
    yield start, end
