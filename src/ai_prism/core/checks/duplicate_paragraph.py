"""A paragraph that stands in the document twice."""

import re
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from ai_prism.core.model import BlockKind, Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

_WORD: Final = re.compile(r"\w+")
_KINDS: Final = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})


class Rule(BaseRule, frozen=True):
    """Flags paragraphs of at least `least_words` words that come again word for word."""

    evidence_names = ("words", "times")

    least_words: Annotated[int, msgspec.Meta(ge=5, le=1000)] = 25


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each paragraph that is repeated, at its second place."""
    places: dict[tuple[str, ...], list[Span]] = {}
    for block in subject.document.blocks:
        # Instructions of a template are set in italics and repeated on purpose.
        if block.kind in _KINDS and not block.style.italic:
            words = tuple(_WORD.findall(subject.document.text_of(block).casefold()))
            if len(words) >= rule.least_words:
                places.setdefault(words, []).append((block.start, block.end))
    for words, spans in places.items():
        if len(spans) > 1:
            yield rule.finding(
                subject, spans[1:], related=spans[:1], words=len(words), times=len(spans)
            )
