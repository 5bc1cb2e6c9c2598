"""A date with the wrong day of the week: "Monday 3 March 2026"."""

import calendar
import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.dates import WrittenDate, dates_in
from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

_BEFORE: Final = re.compile(
    r"\b(?:(mon|tues|wednes|thurs|fri|satur|sun)day|(mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\.?),?\s{1,2}"
    r"(?:the\s{1,2})?\Z",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    r"\s{0,2}[,(]\s{0,2}(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE
)
_LONGEST: Final = 16


class Rule(BaseRule, frozen=True):
    """Flags dates that fall on another day of the week than the one beside them."""

    evidence_names = ("date", "stated", "actual")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each date whose day of the week is wrong."""
    text = subject.document.text
    for written, block in dates_in(subject):
        named = _named_day(text, written, block.start, block.end)
        if not written.day or not named:
            continue
        words, *span = named
        stated = next(day for day in calendar.day_name if day[:3] == words[:3].title())
        actual = calendar.day_name[written.day.weekday()]
        if stated != actual:
            written_as = text[written.start : written.end]
            yield rule.finding(
                subject, [(span[0], span[1])], date=written_as, stated=stated, actual=actual
            )


def _named_day(
    text: str, written: WrittenDate, first: int, last: int
) -> tuple[str, int, int] | None:
    """Return the day of the week beside *written*, and the span of both together."""
    before = _BEFORE.search(text[max(first, written.start - _LONGEST) : written.start])
    if before:
        return before[1] or before[2], written.start - len(before[0]), written.end
    after = _AFTER.match(text, written.end, last)
    return (after[1], written.start, after.end()) if after else None
