"""A line of a timeline that is earlier than the line above it."""

from collections.abc import Iterator

from ai_prism.core.durations import spelt
from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject
from ai_prism.core.timeline import find_timelines


class Rule(BaseRule, frozen=True):
    """Flags lines of a timeline that go back in time."""

    evidence_names = ("time", "before", "minutes_back", "by")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each step back in a timeline that otherwise runs forward."""
    text = subject.document.text
    for timeline in find_timelines(subject):
        if not timeline.is_readable:
            continue
        for earlier, entry in timeline.disorder:
            back = earlier.minutes - entry.minutes
            yield rule.finding(
                subject,
                [(entry.start, entry.end)],
                related=[(earlier.start, earlier.end)],
                time=text[entry.start : entry.end].strip(),
                before=text[earlier.start : earlier.end].strip(),
                minutes_back=back,
                by=spelt(back),
            )
