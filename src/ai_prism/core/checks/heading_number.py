"""Numbers of headings that skip one or come twice."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.labels import Labels
from ai_prism.core.model import Finding, Section
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

_NUMBER: Final = re.compile(r"(?:(\d{1,2}(?:\.\d{1,2}){0,5})\.)?(\d{1,2})[.):]?")
_SURE: Final = 0.88
#: Fewer numbered headings than this are no numbering: "2 weeks" can open a title.
_FEWEST: Final = 3

#: So many repeats are no slip.
_MANY: Final = 2


class Rule(BaseRule, frozen=True):
    """Flags headings whose number does not follow the one before it on the same level."""

    evidence_names = ("number", "expected", "before", "fault")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each number that repeats one, or leaves one out.

    Where several repeat, that is how it is made: two languages side by side, or two parts.
    """
    found = list(_found(rule, subject))
    repeated = sum(finding.evidence["fault"] == "repeats" for finding in found)
    for finding in found:
        if finding.evidence["fault"] != "repeats" or repeated < _MANY:
            yield finding


def _found(rule: Rule, subject: Subject) -> Iterator[Finding]:
    numbered = [
        (section, match)
        for section in subject.sections
        if section.confidence >= _SURE
        and (match := _NUMBER.fullmatch(section.number.strip()))
        and section.number.strip() in section.title
    ]
    if len(numbered) < _FEWEST:
        return
    known = Labels(subject).of("section")
    last: dict[tuple[str, int], tuple[int, Section]] = {}
    for section, match in numbered:
        group = (match[1] or "", section.level)
        number = int(match[2])
        if group in last:
            fault = _fault(number, last[group][0], match[1] or "", known)
            if fault:
                yield _finding(rule, subject, section, last[group], match[1] or "", fault)
        # A count begins at its beginning; "24 hours" and "26 weeks" are none.
        if group in last or number <= 1:
            last[group] = (number, section)


def _fault(number: int, before: int, prefix: str, known: frozenset[str]) -> str:
    if number == before:
        return "repeats"
    # A jump back starts a new count, as in a second part; a far one is a year or an id.
    if not before + 1 < number <= before + 3:
        return ""
    skipped = [f"{prefix}.{n}" if prefix else str(n) for n in range(before + 1, number)]
    return "" if known.intersection(skipped) else "skips"


def _finding(
    rule: Rule,
    subject: Subject,
    section: Section,
    before: tuple[int, Section],
    prefix: str,
    fault: str,
) -> Finding:
    number, previous = before
    return rule.finding(
        subject,
        [_title(section)],
        related=[_title(previous)],
        number=section.number,
        before=previous.number,
        expected=f"{prefix}.{number + 1}" if prefix else str(number + 1),
        fault=fault,
    )


def _title(section: Section) -> Span:
    return section.start, section.start + len(section.title)
