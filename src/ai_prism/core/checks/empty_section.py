"""Headings with nothing under them: one finding for those of a document that weigh the same."""

import re
from collections.abc import Iterator, Sequence
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
_OPTIONAL: Final = re.compile(r"(?i)[(\[](?:optional|if (?:any|applicable|needed|required))[)\]]")
#: "Updated: 1 March" says all there is to say; a title with a page is a line of contents.
_SAYS_IT_ALL: Final = re.compile(
    r"(?i).{3,80}\s\d{1,3}\Z|(?:(?:last )?(?:updated|revised|modified|reviewed|published)"
    r"|effective|date|version|author|status)\b.{0,20}[:\d]"
)
#: Where nothing stands under these, nothing was open, or known.
_NOTHING_IS_AN_ANSWER: Final = re.compile(
    r"(?i)(?:\d[\d.]*\s)?(?:(?:open|unresolved|outstanding|remaining) (?:question|issue|point)s?"
    r"|known (?:issues|limitations|problems)|future (?:work|possibilities)|exceptions)\W*\Z"
)
_LETTERED: Final = re.compile(r"\(?[A-Za-z][.)]\s")
#: What a web page puts below a text.
_OF_THE_PAGE: Final = re.compile(
    r"(?i)(?:related (?:articles|content|links)|see also|share this|in this article|other ways to"
    r"|view (?:this|the) .{0,60}language|was this .{0,20}helpful|more resources|feedback)\b"
)
_TITLES_SAID: Final = 5


class Rule(BaseRule, frozen=True):
    """Flags sections without text and without subsections."""

    evidence_names = ("section_title", "sections")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return one finding for the empty sections of each severity; a title is no section."""
    groups: dict[Level, list[tuple[Section, float]]] = {}
    for section, following in _empty(subject):
        weighs_little = _may_be_above(section, following, subject) or _NOTHING_IS_AN_ANSWER.match(
            section.title
        )
        severity = Level.LOW if weighs_little else rule.severity
        sureness = _sureness(subject, section, following)
        groups.setdefault(severity, []).append((section, sureness))
    for severity, group in groups.items():
        titles = [section.title for section, _ in group]
        yield rule.finding(
            subject,
            [(section.start, section.start + len(section.title)) for section, _ in group],
            section_title=titles[0],
            sections=_named(titles),
            sureness=max(sureness for _, sureness in group),
            severity=severity,
        )


def _empty(subject: Subject) -> Iterator[tuple[Section, Section | None]]:
    """Return each empty section with the one that follows it."""
    for section, following in zip_longest(subject.sections, subject.sections[1:]):
        if section.confidence < _SURE or _is_title(section, subject):
            continue
        if following and section.number and following.number.startswith(f"{section.number}."):
            continue  # "13.1.1" belongs to "13.1", whatever level its author set
        if following and section.number and _LETTERED.match(following.title):
            continue  # and so does "A. Licence"
        if following and _LABEL_ALONE.fullmatch(section.title):
            continue  # "Schedule 1", and its title on the next line
        if (
            _OPTIONAL.search(section.title)
            or _OF_THE_PAGE.match(section.title)
            or _SAYS_IT_ALL.match(section.title)
        ):
            continue
        if _is_line_of_contents(section, subject) or _goes_on(section, following, subject):
            continue
        if not any(_says_something(block) for block in subject.blocks_of(section)):
            yield section, following


def _is_line_of_contents(section: Section, subject: Subject) -> bool:
    """Return whether a later section has the same title: this is a list of what is to come."""
    return subject.last_start_of(section.title) > section.start


def _goes_on(section: Section, following: Section | None, subject: Subject) -> bool:
    """Return whether the next line, taken for a heading too, is the second one of this heading."""
    return bool(following and _is_printed(section, subject) and following.title[:1].islower())


def _is_printed(section: Section, subject: Subject) -> bool:
    """Return whether the level of *section* was guessed from how a page looks."""
    return subject.page_at(section.start) is not None


def _named(titles: Sequence[str]) -> str:
    """Return the beginning of the sentence: which sections, with their verb."""
    if len(titles) == 1:
        return f"The section “{titles[0]}” has"
    said = ", ".join(f"“{title}”" for title in titles[:_TITLES_SAID])
    more = f" and {len(titles) - _TITLES_SAID} more" if len(titles) > _TITLES_SAID else ""
    return f"{len(titles)} sections have ({said}{more})"


def _sureness(subject: Subject, section: Section, following: Section | None) -> float:
    sureness = section.confidence
    if subject.has_unread_pictures:
        sureness *= _WITH_PICTURES  # one of them may be all there is to it
    return sureness * (_BEFORE_A_SIBLING if _may_be_above(section, following, subject) else 1)


def _may_be_above(section: Section, following: Section | None, subject: Subject) -> bool:
    """Return whether the next section may be meant as a part of this one, by a slip of level.

    On a page it may as well be no heading at all, such as a signature, and where pictures were not
    read, one of them may be all that stands under it.
    """
    if _is_printed(section, subject) or subject.has_unread_pictures:
        return True
    return bool(following and following.level == section.level and not section.number)


def _is_title(section: Section, subject: Subject) -> bool:
    return section is subject.sections[0] and section.level == 1


def _says_something(block: Block) -> bool:
    return block.kind not in _SAYS_NOTHING
