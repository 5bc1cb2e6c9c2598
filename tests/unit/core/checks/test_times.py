"""Checks of dates, timelines and durations."""

from datetime import date

import pytest

from ai_prism.core.dates import find_dates
from ai_prism.core.durations import parse_duration, spelt
from ai_prism.core.model import Level
from ai_prism.core.timeline import find_timelines
from ai_prism.testing import a_subject
from support.rules import found


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on 3 March 2026", date(2026, 3, 3)),
        ("on 3rd of March, 2026.", date(2026, 3, 3)),
        ("on Mar. 3, 2026", date(2026, 3, 3)),
        ("on March 3rd 2026", date(2026, 3, 3)),
        ("on 2026-03-03", date(2026, 3, 3)),
        ("at 2026-03-03T10:00Z", date(2026, 3, 3)),
        ("on 13/03/2026", date(2026, 3, 13)),
        ("on 03/13/2026", date(2026, 3, 13)),
        ("on 13.03.2026", date(2026, 3, 13)),
        ("on 03/03/2026", date(2026, 3, 3)),
        ("on 03/04/2026", None),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, day: date | None) -> None:
    assert [written.day for written in find_dates(text, 0, len(text))] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "It is 28 February 2026, 29 February 2028 and 31 December 1999.",
        "Ticket 2021-13-45-7, part 2021-13-45/B, order PO-2026-31-31.",
        "Call +49 30 26-55-12 or 12-34-5678.",
        "The ratio is 16:90 and the score 25:10.",
        "At 24:00 UTC, at 00:00 UTC and at 12:59 pm.",
        "In May 2026 and on 31 May, 29 February and March 31.",
        "Chapter 31.02.2026.4 of the code.",
        "Ticks have elapsed since midnight, January 1, 0001, to 9999-12-31.",
        "No. 71356-38-21 and 6014-75-12 are restricted.",
        "A signed timestamp overflows on 30828-09-14.",
    ],
)
def test_what_is_a_date_or_none_at_all_passes(text: str) -> None:
    assert found("impossible-date", text) == ()


@pytest.mark.parametrize(
    "text",
    ["Due on 31 June.", "By April 31st.", "The 30th of February", "At 2026-02-30T10:00Z it fell."],
)
def test_a_day_that_no_year_has_is_flagged(text: str) -> None:
    assert len(found("impossible-date", text)) == 1


def test_an_impossible_date_says_why() -> None:
    [finding] = found("impossible-date", "Due on April 31st, 2029.")

    assert finding.message == "“April 31st, 2029” cannot be: April 2029 has 30 days."


@pytest.mark.parametrize(
    "text",
    [
        "On Thursday, 10 September 2026, and Thu 10 Sep 2026.",
        "On 10 September 2026 (Thursday).",
        "We rest on Sunday. 10 September 2026 is a workday.",
        "From Monday to Thursday 10 September 2026.",
        "On Monday 03/04/2026.",
        "On Wed 31 September 2026.",
    ],
)
def test_days_of_the_week_that_are_right_pass(text: str) -> None:
    assert found("wrong-weekday", text) == ()


def timeline(*lines: str) -> str:
    return "## Timeline\n\n" + "\n".join(f"- {line} Something" for line in lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("10:00", "10:10", "10:10", "11:00"),
        ("22:00", "23:59", "00:10", "01:00"),
        ("2026-01-31 23:00", "2026-02-01 00:10", "2026-02-01 09:00"),
        ("9:00 AM", "11:30 AM", "12:15 PM", "1:00 PM"),
        ("2026-01-31 23:00", "23:30", "00:10", "01:00"),
        ("10:00 UTC", "10:30 UTC", "09:45 PST", "10:50 UTC"),
        ("12:00", "11:00", "10:00", "09:00"),
        ("5.10.2", "5.10.5", "5.11", "5.12", "5.11.1"),
        ("10:00", "09:00"),
    ],
)
def test_timelines_that_run_forward_or_cannot_be_judged_pass(lines: tuple[str, ...]) -> None:
    assert found("timeline-order", timeline(*lines)) == ()


def test_a_step_back_is_shown_beside_the_line_before() -> None:
    [finding] = found("timeline-order", timeline("10:00", "10:30", "10:20", "11:00"))

    assert finding.anchors[0].quote == "10:20"
    assert finding.related[0].quote == "10:30"
    assert finding.message == "10:20 stands after 10:30: 10 minutes back."


def test_a_table_and_a_list_are_two_timelines() -> None:
    table = "| Time | What |\n|---|---|\n| 10:00 | a |\n| 10:10 | b |\n| 10:20 | c |"

    found = find_timelines(a_subject(f"{table}\n\n- 08:00 a\n- 08:10 b\n- 08:20 c"))

    assert [t.span for t in found] == [20, 20]


def test_date_and_time_may_stand_in_two_columns() -> None:
    rows = "| 2026-01-31 | 23:00 | a |\n| 2026-02-01 | 01:00 | b |\n| 2026-02-01 | 00:30 | c |"

    [finding] = found("timeline-order", f"| Date | Time | What |\n|---|---|---|\n{rows}")

    assert finding.anchors[0].quote == "2026-02-01\t00:30"


def test_a_day_on_a_line_of_its_own_is_that_of_the_times_below_it() -> None:
    text = "2026-01-22\n\n- 2:54 PM a\n- 3:28 PM b\n\n2026-01-23:\n\n- 4:49 AM c\n- 4:50 AM d"

    [found_one] = find_timelines(a_subject(f"# Report\n\n{text}"))

    assert found_one.disorder == []
    assert found_one.span == 13 * 60 + 56


def test_days_of_a_timeline_count_on() -> None:
    lines = ("2026-01-31 23:00", "2026-02-01 01:00", "2026-02-03 01:00")

    [found] = find_timelines(a_subject(timeline(*lines)))

    assert found.span == 2 * 60 + 2 * 24 * 60


FOUR_HOURS = timeline("08:00", "08:20", "11:00", "12:00")


@pytest.mark.parametrize(
    "text",
    [
        "The outage lasted 4 hours.",
        "The outage lasted 240 minutes; time to recovery: 3 h 40 min.",
        "Duration: about 3.5 hours.",
        "The outage lasted less than 4 hours.",
        "The meeting takes 7 hours.",
        "Downtime: 20 minutes.",
        "Time to detection: 7 hours.",
    ],
)
def test_durations_that_the_timeline_bears_out_pass(text: str) -> None:
    assert found("stated-duration", f"{text}\n\n{FOUR_HOURS}") == ()


@pytest.mark.parametrize(
    "text",
    [
        "The outage lasted 7 hours.",
        "Time to recovery: 399 minutes",
        "Downtime: 95 min",
        "| Severity | 1 |\n|---|---|\n| Duration | 7 hours |",
    ],
)
def test_durations_that_it_contradicts_are_flagged(text: str) -> None:
    [finding] = found("stated-duration", f"{text}\n\n{FOUR_HOURS}")

    assert "4 hours, from 08:00 to 12:00" in finding.message
    assert len(finding.related) == 2


def test_a_duration_that_is_off_by_minutes_in_hours_is_a_small_matter() -> None:
    [finding] = found("stated-duration", f"Time to recovery: 237 minutes\n\n{FOUR_HOURS}")

    assert finding.severity is Level.LOW


def test_numbers_of_clauses_are_no_timeline() -> None:
    clauses = "\n\n".join(f"{number} A clause of its own." for number in ("9.10", "9.11", "9.12"))

    assert (
        found("stated-duration", f"Lists have a maximum duration of 540 days.\n\n{clauses}") == ()
    )


def test_versions_are_no_timeline() -> None:
    history = "\n\n".join(f"{version} A feature." for version in ("1.14", "1.11", "1.11", "1.23"))

    assert found("timeline-order", f"# Implementation history\n\n{history}") == ()


def test_a_document_with_two_timelines_is_not_judged() -> None:
    text = f"The outage lasted 7 hours.\n\n{FOUR_HOURS}\n\n{FOUR_HOURS}"

    assert found("stated-duration", text) == ()


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("68 minutes", 68),
        ("3 hours and 40 minutes", 220),
        ("2h 5m", 125),
        ("1.5 hours", 90),
        ("1,399 minutes", 1399),
        ("2 days", 2880),
        ("soon", None),
    ],
)
def test_durations_are_read_as_people_write_them(words: str, minutes: int | None) -> None:
    duration = parse_duration(words)

    assert (duration.minutes if duration else None) == minutes


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutes"), (1, "1 minute"), (220, "3 hours 40 minutes"), (1500, "1 day 1 hour")],
)
def test_minutes_are_spelt_out(minutes: int, words: str) -> None:
    assert spelt(minutes) == words
