"""Timelines: the time-stamped rows, items and lines of a document, in the order they stand."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

import msgspec

from ai_prism.core.dates import find_dates
from ai_prism.core.model import Block, BlockKind
from ai_prism.core.subject import Subject

#: Fewer time-stamped lines in a row than this are no timeline, whatever the heading says.
_FEWEST: Final = 3
_HALF_DAY: Final = 720
_DAY: Final = 1440
#: A paragraph of more characters says more than a day.
_LONGEST_DAY: Final = 40
#: A time of day in a text: 07:10, 7.10 pm, 19:10 UTC.
CLOCK: Final = re.compile(
    r"(?<![\w:.+])(\d{1,2})[:.](\d{2})(?::\d{2}(?:\.\d{1,6})?)?\s{0,2}"
    r"(?P<half>(?i:[ap]\.?m\b)\.?)?\s{0,2}(?P<zone>UTC|GMT|CES?T|[ECMP][SDE]?T|BST|IST|Z)?(?![\w%]|[:.]\d)"
)
#: What may stand before the time: brackets, a date, a word or two such as "At" or "Around".
_LEAD: Final = re.compile(
    r"[\[(*~]{0,3}(?:(?:at|around|about|approx\.?|ca\.?|from)\s)?\s{0,2}", re.I
)
_JUST_DATE: Final = re.compile(r"[\s,T@:(–—-]{0,4}(?:at\s)?")


class Entry(msgspec.Struct, frozen=True):
    """One time-stamped line of a timeline."""

    start: int
    end: int
    minutes: int  #: since the first day of its timeline, midnight; later days count on
    clock: str  #: the time as written
    zone: str = ""


class Timeline(msgspec.Struct, frozen=True):
    """Entries that stand together, and those of them that come too early."""

    entries: tuple[Entry, ...]

    @property
    def disorder(self) -> list[tuple[Entry, Entry]]:
        """The pairs of neighbours whose second is earlier than the first."""
        pairs = zip(self.entries, self.entries[1:], strict=False)
        return [(first, second) for first, second in pairs if second.minutes < first.minutes]

    @property
    def is_readable(self) -> bool:
        """Whether it runs forward in one time zone, so that order and intervals mean something."""
        one_zone = len({entry.zone for entry in self.entries if entry.zone}) <= 1
        return one_zone and len(self.disorder) * 3 <= len(self.entries)

    @property
    def span(self) -> int:
        """Minutes from its first to its last moment."""
        return max(e.minutes for e in self.entries) - min(e.minutes for e in self.entries)


def find_timelines(subject: Subject) -> tuple[Timeline, ...]:
    """Return the timelines of *subject*: at least three time-stamped lines in a row."""
    runs = (run for run in _runs(subject) if len(run) >= _FEWEST and not _is_numbering(run))
    return tuple(Timeline(tuple(_on_one_clock(run))) for run in runs)


class _Stamp(msgspec.Struct, frozen=True):
    block: Block
    start: int
    end: int
    clock: int
    day: date | None
    zone: str
    words: str


def _runs(subject: Subject) -> Iterator[list[_Stamp]]:
    """Return the stamps of neighbouring lines; another heading, table or long text ends a run."""
    run: list[_Stamp] = []
    others = 0
    day: date | None = None
    for line in _lines(subject):
        if lone := _lone_day(subject, line):
            day = lone
            continue
        stamp = _stamp(subject, line, day)
        if stamp and (not run or _same_kind(run[-1].block, stamp.block)):
            run.append(stamp)
            others, day = 0, None
            continue
        others += 1
        if stamp or line.kind is BlockKind.HEADING or others > 2:
            yield run
            run, others = ([stamp] if stamp else []), 0
            day = None
    yield run


def _is_numbering(run: Sequence[_Stamp]) -> bool:
    """Whether what looks like times numbers clauses (9.10, 9.11) or versions (1.14, 1.11)."""
    steps = {second.clock - first.clock for first, second in pairwise(run)}
    is_bare = all(stamp.words.replace(".", "", 1).isdigit() for stamp in run)
    return is_bare and (steps == {1} or min(steps) < 0)


def _lone_day(subject: Subject, block: Block) -> date | None:
    """Return the day that is all a paragraph says: it is that of the next time below."""
    if block.kind is not BlockKind.PARAGRAPH or block.end - block.start > _LONGEST_DAY:
        return None
    found = next(find_dates(subject.document.text, block.start, block.end), None)
    around = subject.document.text[block.start : block.end]
    said = around[: found.start - block.start] + around[found.end - block.start :] if found else ""
    return found.day if found and not said.strip(" :,.*_") else None


def _lines(subject: Subject) -> Iterator[Block]:
    """Return the blocks that can open a line; of a table row only its first two cells."""
    for block in subject.document.blocks:
        if block.cell is None or block.cell.column == 0:
            yield block


def _same_kind(one: Block, other: Block) -> bool:
    if one.cell and other.cell:
        return one.cell.table == other.cell.table
    return not one.cell and not other.cell and one.kind is other.kind and one.level == other.level


def _stamp(subject: Subject, block: Block, of_day: date | None) -> _Stamp | None:
    """Return the date and time that *block* begins with; without a date it is *of_day*."""
    if block.kind not in (BlockKind.CELL, BlockKind.LIST_ITEM, BlockKind.PARAGRAPH):
        return None
    text = subject.document.text
    end = _end_of_stamp(subject, block)
    lead = _LEAD.match(text, block.start, end)
    place = lead.end() if lead else block.start
    day = next(find_dates(text, place, min(end, place + 30)), None)
    if day and day.start == place:
        gap = _JUST_DATE.match(text, day.end, end)
        place = gap.end() if gap else day.end
    time = CLOCK.match(text, place, end)
    clock = _clock(time) if time else None
    if time is None or clock is None:
        return None
    is_dated = day is not None and day.end <= time.start()
    return _Stamp(
        block=block,
        start=day.start if day and is_dated else time.start(),
        end=time.end(),
        clock=clock,
        day=day.day if day and is_dated else of_day,
        zone=time["zone"] or "",
        words=time[0].strip(),
    )


def _end_of_stamp(subject: Subject, block: Block) -> int:
    """Return where a stamp in *block* must end; the date and the time may have a cell each."""
    following = subject.block_after(block)
    if not block.cell or not following or not following.cell:
        return block.end
    is_beside = (following.cell.table, following.cell.row) == (block.cell.table, block.cell.row)
    return following.end if is_beside else block.end


def _clock(time: re.Match[str]) -> int | None:
    hour, minute = int(time[1]), int(time[2])
    half = (time["half"] or "").lower()[:1]
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute if hour <= 24 and minute <= 59 else None


def _on_one_clock(stamps: Sequence[_Stamp]) -> Iterable[Entry]:
    """Return entries with minutes that count on over days; a time alone wraps at midnight."""
    first_day = next((stamp.day for stamp in stamps if stamp.day), None)
    days = 0
    before: int | None = None
    for stamp in stamps:
        if stamp.day and first_day:
            days = (stamp.day - first_day).days
        elif before is not None and before - stamp.clock > _HALF_DAY:
            days += 1
        before = stamp.clock
        yield Entry(
            start=stamp.start,
            end=stamp.end,
            minutes=days * _DAY + stamp.clock,
            clock=stamp.words,
            zone=stamp.zone,
        )
