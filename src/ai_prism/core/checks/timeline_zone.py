"""A timeline whose times have no zone."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject
from ai_prism.core.timeline import find_timelines

_ZONE: Final = re.compile(
    r"\b(?:UTC|GMT|CES?T|[ECMP][SD]T|BST|IST|JST|AES?T|ET|PT|CT|Z)\b|\d{2}:\d{2}(?::\d{2})?Z\b"
    r"|[+-]\d{2}:?\d{2}\b|(?i:\blocal time\b|\btime ?zone\b|\b(?:pacific|eastern|central) time\b)"
)


class Rule(BaseRule, frozen=True):
    """Flags the first timeline of a document that names no time zone anywhere."""

    evidence_names = ("entries", "first")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return at most one finding, at the first line of the timeline."""
    timelines = find_timelines(subject)
    if not timelines or _ZONE.search(subject.document.text):
        return
    first = timelines[0].entries[0]
    count = sum(len(timeline.entries) for timeline in timelines)
    yield rule.finding(
        subject, [(first.start, first.end)], occurrences=count, entries=count, first=first.clock
    )
