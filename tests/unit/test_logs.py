"""The log as JSON: one object a line, with the review that it is about."""

import json
import logging
from contextvars import Context

from ai_prism import logs


def record(message: str, *arguments: object, **more: object) -> logging.LogRecord:
    return logging.makeLogRecord(
        {"name": "ai_prism.web", "levelname": "INFO", "msg": message, "args": arguments, **more}
    )


def line(message: str, *arguments: object, **more: object) -> dict[str, object]:
    written = logs.JsonLines().format(record(message, *arguments, **more))
    assert "\n" not in written
    parsed: dict[str, object] = json.loads(written)
    return parsed


def test_a_message_of_two_lines_is_one_line() -> None:
    assert line("said %s", 'a "word"\nand more')["message"] == 'said a "word"\nand more'


def test_the_time_is_that_of_greenwich() -> None:
    assert line("x", created=0.25)["time"] == "1970-01-01T00:00:00.250+00:00"


def test_only_what_is_logged_about_a_review_names_it() -> None:
    def inside_and_outside() -> tuple[dict[str, object], dict[str, object]]:
        with logs.about("r1"):
            inside = line("x")
        return inside, line("x")

    # A web server that an earlier test called in this process leaves what its thread was about.
    inside, outside = Context().run(inside_and_outside)

    assert inside["review_id"] == "r1"
    assert "review_id" not in outside


def test_a_failure_comes_with_its_places() -> None:
    try:
        raise KeyError("x")
    except KeyError as error:
        written = line("failed", exc_info=(KeyError, error, error.__traceback__))

    assert "test_logs.py" in str(written["exception"])
