"""Dates in figures that can be read day first or month first."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.dates import dates_in
from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

_FIGURES: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](?:\d{4})")


class Rule(BaseRule, frozen=True):
    """Flags the dates that nothing in the document tells how to read."""

    evidence_names = ("date",)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return one finding for all such dates; none where another date shows the order."""
    text = subject.document.text
    spans = []
    for written, _ in dates_in(subject):
        match = _FIGURES.fullmatch(text, written.start, written.end)
        if match is None:
            continue
        if max(int(match[1]), int(match[2])) > 12:
            return  # 14/03 tells that the day comes first here
        if match[1] != match[2]:
            spans.append((written.start, written.end))
    if spans:
        yield rule.finding(subject, spans, date=text[slice(*spans[0])])
