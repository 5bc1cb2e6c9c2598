"""A duration that the text states and the timeline does not bear out."""

import re
from collections.abc import Iterator
from itertools import chain, combinations
from typing import Final

from ai_prism.core.durations import DURATION, Duration, parse_duration, spelt
from ai_prism.core.model import Finding, Level
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject
from ai_prism.core.timeline import CLOCK, Timeline, find_timelines

_STATED: Final = re.compile(
    r"(?i)\b(?:time to (?:recover\w*|resol\w+|restor\w+|mitigat\w+|repair)|ttr|mttr"
    r"|(?:total |outage |incident |impact )?(?:duration|downtime)|lasted|outage of|disruption of"
    r"|(?:was|were) (?:down|unavailable|unreachable|interrupted|degraded) for)\b"
    r"(?:\s?\([A-Z]{2,5}\))?"
    r"[\s:|=–—-]{0,5}(?:(?:was|is|of|in total|altogether|for)\s){0,2}"
    r"(?P<about>(?:about|around|approximately|approx\.?|roughly|nearly|almost|over|more than"
    r"|less than|under|at least|up to|some|~|≈|<|>)\s{0,2}){0,2}"
    rf"(?P<duration>{DURATION})"
)
#: More lines than this make every number of minutes an interval between some two of them.
_MOST_ENTRIES: Final = 60
#: "About three hours" may be a fifth off.
_ABOUT: Final = 0.2
#: Four minutes in eleven hours are worth a word, and no more.
_SLIGHT: Final = 0.02
_SLIGHT_MINUTES: Final = 10
_DAY_MINUTES: Final = 1440
#: A few words that name the moment stand before the time, alone in their line.
_LABELLED: Final = re.compile(r"[^\d\n]{3,40}?[\s:*–—-]{1,4}(?:20\d\d-\d\d-\d\d[T\s,]{1,3})?")


class Rule(BaseRule, frozen=True):
    """Flags stated durations that match no interval between two lines of the only timeline."""

    evidence_names = ("stated", "computed", "first", "last")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each duration that the timeline contradicts."""
    timelines = [timeline for timeline in find_timelines(subject) if timeline.is_readable]
    if len(timelines) != 1 or len(timelines[0].entries) > _MOST_ENTRIES:
        return
    timeline = timelines[0]
    first = min(timeline.entries, key=lambda entry: entry.minutes)
    last = max(timeline.entries, key=lambda entry: entry.minutes)
    # A label and its value may stand in two cells of a row.
    lines = (_STATED.finditer(subject.document.text, *line) for line in subject.lines)
    for match in chain.from_iterable(lines):
        stated = parse_duration(match["duration"])
        if stated is None or _is_borne_out(stated, timeline, bool(match["about"])):
            continue
        if _is_told_elsewhere(stated, subject):
            continue
        is_slight = _is_within(stated, timeline, min(_SLIGHT_MINUTES, _SLIGHT * stated.minutes))
        yield rule.finding(
            subject,
            [match.span("duration")],
            related=[(first.start, first.end), (last.start, last.end)],
            severity=Level.LOW if is_slight else None,
            stated=match["duration"],
            computed=spelt(timeline.span),
            first=first.clock,
            last=last.clock,
        )


def _is_borne_out(stated: Duration, timeline: Timeline, is_about: bool) -> bool:
    if is_about and _is_within(stated, timeline, _ABOUT * stated.minutes):
        return True
    return any(stated.is_about(interval) for interval in _intervals(timeline))


def _is_told_elsewhere(stated: Duration, subject: Subject) -> bool:
    """Return whether two times beside labels are so far apart: "Detected: 12:32", "Repaired: …"."""
    clocks = [
        int(match[1]) * 60 + int(match[2])
        for match, block in subject.matches(CLOCK)
        if _LABELLED.fullmatch(match.string, block.start, match.start())
    ]
    pairs = combinations(clocks[:_MOST_ENTRIES], 2)
    return any(stated.is_about((other - one) % _DAY_MINUTES) for one, other in pairs)


def _is_within(stated: Duration, timeline: Timeline, leeway: float) -> bool:
    """Return whether some two lines are as far apart as *stated*, give or take the *leeway*."""
    return any(abs(interval - stated.minutes) <= leeway for interval in _intervals(timeline))


def _intervals(timeline: Timeline) -> set[float]:
    return {abs(one.minutes - other.minutes) for one, other in combinations(timeline.entries, 2)}
