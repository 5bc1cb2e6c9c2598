"""What stands around a clause: the words that lead to it, its conditions, the part to quote."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from ai_prism.core.model import Block, BlockKind
from ai_prism.core.subject import Span, Subject

#: A clause longer than this is quoted around the words that told it.
_LONGEST_QUOTE: Final = 480
#: A list is led in by one of so many blocks before.
_LEAD_IN_BLOCKS: Final = 12
_ITEM: Final = re.compile(r"(?:\(?[a-z\divx]{1,4}[.)]|\d{1,3}(?:\.\d{1,3}){1,4}\.?)\s")
#: What is granted in one sentence is often bounded in one of the next.
_SENTENCES_OF_A_PASSAGE: Final = 3
_LEADS_TO_CONDITIONS: Final = re.compile(
    r"(?i)\b(?:(?:if|when|where)(?:\s[\w’']{1,30}){0,2}"
    r"|that|happens?|cases|circumstances|conditions|events|reasons)\s?:\s*\Z"
)
_BREAKS: Final = ";:\n"


def lead_in(subject: Subject, offset: int) -> str:
    """Return the words that lead in the list at *offset*: "If you break these rules we may:"."""
    block = subject.block_at(offset)
    blocks = subject.document.blocks
    if block is None or not _is_item(subject, block):
        return ""
    place = subject.place_of(block)
    for before in reversed(blocks[max(0, place - _LEAD_IN_BLOCKS) : place]):
        if before.kind is BlockKind.HEADING:
            return ""
        words = subject.document.text_of(before).rstrip()
        if words.endswith(":"):
            return f"{words} "
    return ""


def conditions(subject: Subject, end: int, words: str) -> str:
    """Return the items of the list that says when a clause applies: "We may end it if:"."""
    if not _LEADS_TO_CONDITIONS.search(words):
        return ""
    document = subject.document
    block = subject.block_at(end - 1)
    after = document.blocks[subject.place_of(block) + 1 :][:_LEAD_IN_BLOCKS] if block else ()
    items = takewhile(lambda item: _is_item(subject, item), after)
    return " ".join(("", *map(document.text_of, items)))


def what_follows(subject: Subject, end: int) -> str:
    """Return the sentences after *end* that belong to the passage, in the same section."""
    section = subject.section_at(end - 1)
    first = bisect_left(subject.sentences, (end, end))
    spans = subject.sentences[first : first + _SENTENCES_OF_A_PASSAGE]
    last = section.end if section else end
    return " ".join(subject.document.text[start:stop] for start, stop in spans if start < last)


def _is_item(subject: Subject, block: Block) -> bool:
    return block.kind is BlockKind.LIST_ITEM or (
        _ITEM.match(subject.document.text, block.start, block.end) is not None
    )


def quote(subject: Subject, clause: Span, words: Sequence[Span]) -> Span:
    """Return *clause*, or the part of a long one around the *words* that told it."""
    opening, closing = clause
    if closing - opening <= _LONGEST_QUOTE or not words:
        return opening, min(closing, opening + 2 * _LONGEST_QUOTE)
    text = subject.document.text
    first, last = words[0][0], max(words[0][1], words[0][0] + 1)
    room = (_LONGEST_QUOTE - min(last - first, _LONGEST_QUOTE)) // 2
    earliest, latest = max(opening, first - room), min(closing, last + room)
    start = max((text.rfind(mark, earliest, first) + 1 for mark in _BREAKS), default=0)
    ends = [found for mark in _BREAKS if (found := text.find(mark, last, latest)) >= 0]
    start, end = _at_words(text, (start or earliest, min(ends, default=latest)), clause)
    return (start, end) if start < end else (first, last)


def _at_words(text: str, span: Span, clause: Span) -> Span:
    """Return *span* without blanks at its ends and without halves of words."""
    start, end = span
    while start > clause[0] and text[start - 1].isalnum() and text[start].isalnum():
        start += 1
    while end < clause[1] and text[end - 1].isalnum() and text[end].isalnum():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
