"""Sentences too long to hold in one's head, as one finding for the document."""

import re
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

_WORD: Final = re.compile(r"\w[\w'’-]{0,60}")


class Rule(BaseRule, frozen=True):
    """Flags sentences of more than `most_words` words, the longest first."""

    evidence_names = ("sentences", "longest", "most_words")

    most_words: Annotated[int, msgspec.Meta(ge=10, le=500)] = 40


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return one finding for all long sentences."""
    text = subject.document.text
    # Words are counted only where there are letters enough for that many.
    least_letters = 2 * rule.most_words
    long: list[tuple[int, Span]] = []
    for start, end in subject.sentences:
        if end - start > least_letters:
            count = len(_WORD.findall(text, start, end))
            if count > rule.most_words:
                long.append((count, (start, end)))
    if long:
        long.sort(key=lambda counted: -counted[0])
        yield rule.finding(
            subject,
            [span for _, span in long],
            sentences="One sentence has" if len(long) == 1 else f"{len(long)} sentences have",
            longest=long[0][0],
            most_words=rule.most_words,
        )
