"""A date or a time of day that does not exist: 31 April, 2026-13-01, 25:10 UTC."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.dates import dates_in
from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

#: Two figures, a colon, two figures are a time of day only where a word says so.
_TIME: Final = re.compile(
    r"(?<![\w:.])(\d{1,2}):(\d{2})(?::\d{2})?(?![\w:]|\.\d)"
    r"(?=\s{0,2}(?:UTC|GMT|CES?T|[ECMP][SD]T|BST|hrs|hours on|o'clock|a\.?m\b|p\.?m\b))"
)
#: No month has this day in any year; with a year `find_dates` sees it.
_NEVER: Final = re.compile(
    r"(?<![\w.,/:-])(?:(?:30|31)(?:th|st)?\s(?:of\s)?Feb(?:ruary)?"
    r"|31(?:st)?\s(?:of\s)?(?:April|Apr|June|Jun|September|Sept?|November|Nov)"
    r"|Feb(?:ruary)?\s(?:30|31)(?:th|st)?"
    r"|(?:April|Apr|June|Jun|September|Sept?|November|Nov)\s31(?:st)?)"
    r"(?!\w|\.?,?\s{1,2}\d{4,5})"
)


#: The date is spoken of because it cannot be.
_SPOKEN_OF: Final = re.compile(
    r"(?i)\b(?:invalid|leap|no such|not (?:a )?valid|(?:does|did) not exist|non-?existent)\b"
)


class Rule(BaseRule, frozen=True):
    """Flags dates and times of day that no calendar or clock has."""

    evidence_names = ("date", "fault")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each impossible date or time."""
    text = subject.document.text
    for written, _ in dates_in(subject):
        span = (written.start, written.end)
        if written.fault and not _SPOKEN_OF.search(text, *subject.sentence_at(written.start)):
            yield rule.finding(subject, [span], date=text[slice(*span)], fault=written.fault)
    for match, _ in subject.matches(_NEVER):
        fault = "that month is never so long"
        yield rule.finding(subject, [match.span()], date=match[0], fault=fault)
    for match, _ in subject.matches(_TIME):
        hour, minute = int(match[1]), int(match[2])
        if hour > 24 or minute > 59 or (hour == 24 and minute):
            yield rule.finding(
                subject, [match.span()], date=match[0], fault="no clock shows that time"
            )
