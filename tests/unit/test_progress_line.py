"""What stands on the terminal while documents are reviewed."""

import sys

import pytest

from ai_prism.cli.progress_line import BatchLine


def test_a_batch_tells_how_many_are_done_what_runs_and_how_long_it_may_take(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr("time.monotonic", iter([100.0, 100.0, 140.0]).__next__)

    with BatchLine(200) as line:
        line.draw(["a.md", "b.md"])
        line.done = 20
        line.draw(["\x1b[2J.md"])

    _, begun, later, wiped = capsys.readouterr().err.split("\r\x1b[K")
    assert begun == "0 of 200 documents: a.md, b.md"
    assert later == "20 of 200 documents, about 6 min left: ?[2J.md"
    assert wiped == ""


def test_nobody_who_does_not_watch_is_shown_anything(capsys: pytest.CaptureFixture[str]) -> None:
    with BatchLine(2) as line:
        line.draw(["a.md"])

    assert capsys.readouterr().err == ""
