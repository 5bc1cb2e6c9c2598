"""The parts of a document that are sentences, cut and masked so that harper survives them."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from ai_prism.core.model import BlockKind
from ai_prism.core.subject import Span, Subject

#: Longer blocks are cut, at a blank where there is one: harper's cost grows with their square.
_LONGEST: Final = 4_000
_SENTENCES: Final = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FOOTNOTE})
#: What is no prose: long tokens, runs of one sign, addresses, paths, names with figures or
#: underscores, options, list marks such as "(a)", letters of other scripts.
_MASKED: Final = re.compile(
    r"\S{65,}|([^\w\s])\1{3,}|(?:https?://|www\.)\S{1,300}|\S{0,60}[/\\_@=<>{}]\S{0,60}"
    r"|\b\w{0,30}\d\w{0,30}\b|(?<!\S)--?\w{1,30}|\([a-zivx]{1,4}\)|[^\x00-\u024f\u2010-\u203a€]+"
)
#: Less than this, and a remark on it is about the mask.
_NEAR: Final = 3


class Passage(msgspec.Struct, frozen=True):
    """Some text from *start* on, with blanks for what was masked."""

    start: int
    text: str
    masks: tuple[Span, ...]

    def is_masked(self, start: int, end: int) -> bool:
        """Return whether the words from *start* to *end* touch a mask."""
        return any(a - _NEAR < end and start < b + _NEAR for a, b in self.masks)


def passages_of(subject: Subject) -> list[Passage]:
    """Return the sentences of *subject*, block by block."""
    return list(_passages(subject))


def _passages(subject: Subject) -> Iterator[Passage]:
    text = subject.document.text
    for block in subject.prose:
        # A slip in recognised words is most often the recogniser's, not the author's.
        if block.kind not in _SENTENCES or subject.is_recognised(block):
            continue
        for start, end in _pieces(text, block.start, block.end):
            verbatim = [(a - start, b - start) for a, b in block.verbatim if a < end and b > start]
            yield _masked(start, text[start:end], verbatim)


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > _LONGEST:
        blank = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = blank if blank > 0 else start + _LONGEST
        yield start, cut
        start = cut
    yield start, end


def _masked(start: int, words: str, verbatim: list[Span]) -> Passage:
    spans = [match.span() for match in _MASKED.finditer(words)] + verbatim
    letters = list(words)
    for first, last in spans:
        first, last = max(0, first), min(last, len(letters))
        letters[first:last] = " " * (last - first)
    return Passage(start=start, text="".join(letters), masks=tuple(spans))
