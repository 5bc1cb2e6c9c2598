"""A document that says when it was last looked through, and that is long ago."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final

import msgspec

from ai_prism.core.dates import find_dates
from ai_prism.core.model import Finding
from ai_prism.core.phrases import phrases_of
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

_MONTHS: Final = 12
#: A date this near after the words, or in the next cell, is the one that they announce.
_REACH_CHARACTERS: Final = 80


class Rule(BaseRule, frozen=True, kw_only=True):
    """Flags the latest date after `phrases` if it is over `most_months` before the reading."""

    evidence_names = ("date", "months")

    phrases: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    most_months: Annotated[int, msgspec.Meta(ge=1, le=600)] = 24

    def __post_init__(self) -> None:
        """Refuse phrases that nobody can look for."""
        phrases_of(self.phrases)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return one finding, at the latest of the dates: an older one may be history."""
    announced = sorted(_announced(rule, subject))
    if not announced:
        return
    latest, span = announced[-1]
    months = _months_between(latest, subject.read_on)
    if months > rule.most_months:
        words = subject.document.text[slice(*span)]
        yield rule.finding(subject, [span], date=words, months=months)


def _announced(rule: Rule, subject: Subject) -> Iterator[tuple[date, Span]]:
    text = subject.document.text
    for _, end in phrases_of(rule.phrases).found_in(subject):
        # Not `dates_in`: the words and the date may stand in two cells of a row.
        written = next(find_dates(text, end, min(len(text), end + _REACH_CHARACTERS)), None)
        if written and written.day:
            yield written.day, (written.start, written.end)


def _months_between(earlier: date, later: date) -> int:
    whole = _MONTHS * (later.year - earlier.year) + later.month - earlier.month
    return whole - (later.day < earlier.day)
