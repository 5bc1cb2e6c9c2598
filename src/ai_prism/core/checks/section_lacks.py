"""A section that is there but lacks what makes it worth reading: an impact without a number."""

import re
from collections.abc import Iterator
from typing import Annotated

import msgspec

from ai_prism.core.model import BlockKind, Finding, Section
from ai_prism.core.phrases import phrases_of
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

_SAYS_NOTHING = frozenset({BlockKind.FURNITURE, BlockKind.CONTENTS, BlockKind.HEADING})

_NUMBER = re.compile(r"\A[\dA-Z]{0,3}(?:[\d.]{1,12})[.)]?\s")


class Rule(BaseRule, frozen=True, kw_only=True):
    """Flags a section titled `under` that has none of the words of `lacks`."""

    evidence_names = ("section_title", "words")

    under: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    lacks: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = ("#",)
    #: Only in a section that says one of these.
    needs: tuple[str, ...] = ()
    #: A title longer than this is a sentence, or about something else.
    most_title_words: Annotated[int, msgspec.Meta(ge=1, le=50)] = 6
    least_words: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 5
    most_words: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 100_000

    def __post_init__(self) -> None:
        """Refuse phrases that nobody can look for."""
        for phrases in (self.under, self.lacks, self.needs):
            phrases_of(phrases)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each such section, at its title."""
    titles = phrases_of(rule.under)
    for section in subject.sections:
        title = _NUMBER.sub("", section.title)
        if len(title.split()) > rule.most_title_words or not titles.stand_in(title):
            continue
        words = _words(subject, section)
        length = len(words.split())
        is_long_enough = rule.least_words <= length <= rule.most_words
        if not is_long_enough or phrases_of(rule.lacks).stand_in(words):
            continue
        if rule.needs and not phrases_of(rule.needs).stand_in(words):
            continue
        yield rule.finding(
            subject,
            [(section.start, section.start + len(section.title))],
            section_title=section.title,
            words=length,
        )


def _words(subject: Subject, section: Section) -> str:
    return "\n".join(
        subject.document.text_of(block)
        for block in subject.blocks_of(section)
        if block.kind not in _SAYS_NOTHING
    )
