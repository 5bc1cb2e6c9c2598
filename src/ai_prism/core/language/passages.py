"""The parts of a document that are sentences, cut and masked so that harper survives them."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
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
#: Shorter ones go together until there are so many characters.
_SHEET: Final = 2_000
_BETWEEN: Final = "\n\n"
_LETTER: Final = re.compile(r"[^\W\d_]")
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


class Sheet(msgspec.Struct, frozen=True):
    """Passages that harper is given at once: it takes a blank line for the end of a paragraph.

    Asking it anything takes half a millisecond, ten times as long as looking at a short line.
    """

    text: str
    starts: tuple[int, ...]  #: where each passage begins in *text*
    passages: tuple[Passage, ...]

    def place(self, start: int, end: int) -> Span | None:
        """Return what in the document stands from *start* to *end* here.

        None when that is masked, or reaches from one passage into the next.
        """
        number = bisect_right(self.starts, start) - 1
        passage, offset = self.passages[number], self.starts[number]
        start, end = start - offset, end - offset
        if end > len(passage.text) or passage.is_masked(start, end):
            return None
        return passage.start + start, passage.start + end


def sheets_of(passages: Iterable[Passage]) -> tuple[Sheet, ...]:
    """Return *passages* with letters in them on sheets, in their order."""
    sheets: list[Sheet] = []
    here: list[Passage] = []
    length = 0
    for passage in passages:
        if not _LETTER.search(passage.text):
            continue
        if here and length + len(passage.text) > _SHEET:
            sheets.append(_sheet(here))
            here, length = [], 0
        here.append(passage)
        length += len(passage.text) + len(_BETWEEN)
    if here:
        sheets.append(_sheet(here))
    return tuple(sheets)


def _sheet(passages: Sequence[Passage]) -> Sheet:
    lengths = (len(passage.text) + len(_BETWEEN) for passage in passages)
    return Sheet(
        text=_BETWEEN.join(passage.text for passage in passages),
        starts=(0, *accumulate(lengths))[:-1],
        passages=tuple(passages),
    )


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
