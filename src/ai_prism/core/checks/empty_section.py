"""A heading with nothing under it."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from ai_prism.core.model import Block, BlockKind, Finding, Level, Section
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

#: What is printed on a page without being said.
_SAYS_NOTHING: Final = frozenset({BlockKind.FURNITURE, BlockKind.CONTENTS})
_LABEL_ALONE: Final = re.compile(
    r"(?:appendix|annex|schedule|exhibit|chapter|part|article|section)\s\w{1,6}[.:]?", re.IGNORECASE
)
#: A line taken for a heading with less certainty than this may be anything.
_SURE: Final = 0.88
_WITH_PICTURES: Final = 0.6
_BEFORE_A_SIBLING: Final = 0.8


class Rule(BaseRule, frozen=True):
    """Flags sections without text and without subsections."""

    evidence_names = ("section_title",)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each empty section; a title above the first heading is none."""
    for section, following in zip_longest(subject.sections, subject.sections[1:]):
        if section.confidence < _SURE or _is_title(section, subject):
            continue
        if following and section.number and following.number.startswith(f"{section.number}."):
            continue  # "13.1.1" belongs to "13.1", whatever level its author set
        if following and _LABEL_ALONE.fullmatch(section.title):
            continue  # "Schedule 1", and its title on the next line
        if not any(_says_something(block) for block in subject.blocks_of(section)):
            yield rule.finding(
                subject,
                [(section.start, section.start + len(section.title))],
                section_title=section.title,
                sureness=_sureness(subject, section, following),
                severity=Level.LOW if _may_be_above(section, following) else None,
            )


def _sureness(subject: Subject, section: Section, following: Section | None) -> float:
    sureness = section.confidence
    if subject.has_unread_pictures:
        sureness *= _WITH_PICTURES  # one of them may be all there is to it
    return sureness * (_BEFORE_A_SIBLING if _may_be_above(section, following) else 1)


def _may_be_above(section: Section, following: Section | None) -> bool:
    """Return whether the next section may be meant as a part of this one, by a slip of level."""
    return bool(following and following.level == section.level and not section.number)


def _is_title(section: Section, subject: Subject) -> bool:
    return section is subject.sections[0] and section.level == 1


def _says_something(block: Block) -> bool:
    return block.kind not in _SAYS_NOTHING
