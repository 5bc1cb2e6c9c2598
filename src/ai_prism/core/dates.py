"""Dates as people write them, possible or not."""

import calendar
import re
from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from ai_prism.core.model import Block
from ai_prism.core.subject import Subject

_MONTH_NAMES: Final = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_MONTH: Final = "|".join(sorted(_MONTH_NAMES, key=len, reverse=True))
#: Day and month of a written date, in either order; the year may follow.
_DATE: Final = re.compile(
    rf"""(?<![\w.,/:-])(?:
        (?P<iso_year>\d{{4,5}})-(?P<iso_month>\d{{2}})-(?P<iso_day>\d{{2}})(?!(?!T\d)[\w/]|-\d)
      | (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s{{1,2}}(?:of\s{{1,2}})?(?P<month>{_MONTH})\.?,?\s{{1,2}}
            (?P<year>\d{{4,5}})(?![\w/]|[.,:]\d)
      | (?P<us_month>{_MONTH})\.?\s{{1,2}}(?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,2}}
            (?P<us_year>\d{{4,5}})(?![\w/]|[.,:]\d)
      | (?P<first>\d{{1,2}})(?P<mark>[./-])(?P<second>\d{{1,2}})(?P=mark)(?P<last_year>\d{{4}})
            (?![\w/.-]\w|\w)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_EARLIEST, _LATEST = 1000, 2200
#: A year beyond them is the slip of one of these; any other is the number of a part, the zero of a
#: clock, or as far as one can count.
_SLIP_OF: Final = ("19", "20")


class WrittenDate(msgspec.Struct, frozen=True):
    """A date in a text: where it stands and, if the calendar has it, which day it is."""

    start: int
    end: int
    day: date | None  #: None when no calendar has it, or when day and month cannot be told apart
    fault: str = ""  #: why no calendar has it


def find_dates(text: str, start: int, end: int) -> Iterator[WrittenDate]:
    """Return the dates with a year that *text* names from *start* to *end*."""
    for match in _DATE.finditer(text, start, end):
        if written := _written(match):
            yield written


def dates_in(subject: Subject) -> Iterator[tuple[WrittenDate, Block]]:
    """Return the dates with a year in the prose of *subject*, and the block of each."""
    for match, block in subject.matches(_DATE):
        if written := _written(match):
            yield written, block


def _written(match: re.Match[str]) -> WrittenDate | None:
    if match["iso_year"]:
        return _dated(match, match["iso_year"], match["iso_month"], match["iso_day"])
    if match["year"]:
        return _dated(match, match["year"], match["month"], match["day"])
    if match["us_year"]:
        return _dated(match, match["us_year"], match["us_month"], match["us_day"])
    return _in_figures(match)


def _in_figures(match: re.Match[str]) -> WrittenDate | None:
    """Return the date in figures: 03/04/2026 can be March or April, 31/02/2026 can be nothing."""
    first, second, year = match["first"], match["second"], match["last_year"]
    orders = [(second, first)] if match["mark"] == "." else [(second, first), (first, second)]
    readings = [dated for order in orders if (dated := _dated(match, year, *order))]
    possible = [reading for reading in readings if not reading.fault]
    if not possible:
        return readings[0] if readings else None
    days = {reading.day for reading in possible}
    return possible[0] if len(days) == 1 else WrittenDate(match.start(), match.end(), None)


def _dated(match: re.Match[str], year: str, month: str, day: str) -> WrittenDate | None:
    if not (_EARLIEST <= int(year) <= _LATEST or year.startswith(_SLIP_OF)):
        return None
    month_number = _MONTH_NAMES.get(month.lower()) or int(month)
    fault = _fault(int(year), month_number, int(day))
    real = None if fault else date(int(year), month_number, int(day))
    return WrittenDate(match.start(), match.end(), real, fault)


def _fault(year: int, month: int, day: int) -> str:
    if not _EARLIEST <= year <= _LATEST:
        return f"the year {year} is not meant"
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    days = calendar.monthrange(year, month)[1]
    if 1 <= day <= days:
        return ""
    return f"{calendar.month_name[month]} {year} has {days} days"
