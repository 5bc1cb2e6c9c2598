"""`ai-prism watch`: complete files, each once over restarts; a broken one stops nothing."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ai_prism.cli import main
from ai_prism.cli.watched_folder import Ledger, Signature, WatchedFolder
from support.waiting import until

PLAN = "# Plan\n\nThe budget is TODO.\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "below").mkdir(parents=True)
    return folder


def watch_once(inbox: Path) -> Result:
    out = inbox.with_name("out")
    options = ["--output", str(out), "--format", "md", "--settle", "0.1", "--once"]
    return CliRunner().invoke(main, ["watch", str(inbox), *options])


def made_in(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*.*") if not p.name.startswith(".")}


def test_each_document_is_reviewed_once_and_again_when_it_has_changed(inbox: Path) -> None:
    for name in ("a.md", "below/a.md", ".hidden.md", "~$b.docx", "c.md.part"):
        (inbox / name).write_text(PLAN)

    first = watch_once(inbox)
    again = watch_once(inbox)
    (inbox / "a.md").write_text("# Plan\n\nThe budget is 5 EUR.\n")
    changed = watch_once(inbox)

    out = inbox.with_name("out")
    assert [result.exit_code for result in (first, again, changed)] == [0, 0, 0]
    assert made_in(out) == {"a.md-review.md", "below/a.md-review.md"}
    assert len(first.stdout.splitlines()) == 2
    assert again.stdout == ""
    assert changed.stdout == f"{out / 'a.md-review.md'}\n"
    assert "TODO" not in (out / "a.md-review.md").read_text()


def test_a_broken_file_gets_an_error_report_until_it_is_mended(inbox: Path) -> None:
    (inbox / "a.md").write_text(PLAN)
    (inbox / "b.md").write_bytes(b"")

    broken = watch_once(inbox)
    out = inbox.with_name("out")
    said = (out / "b.md-error.txt").read_text()
    (inbox / "b.md").write_text(PLAN)
    mended = watch_once(inbox)

    assert broken.exit_code == 2
    assert "b.md" in said
    assert mended.exit_code == 0
    assert made_in(out) == {"a.md-review.md", "b.md-review.md"}


def test_a_file_is_complete_when_it_has_not_changed_for_a_while(inbox: Path) -> None:
    file, folder = inbox / "a.md", WatchedFolder(inbox, settle_seconds=3.0)
    file.write_text("One")

    looks = [folder.look(now=100.0), folder.look(now=102.0)]
    file.write_text("One and more")
    looks += [folder.look(now=104.0), folder.look(now=106.9)]
    settled, more_to_come = folder.look(now=107.0)

    assert looks == [({}, True)] * 4
    assert list(settled) == [file]
    assert not more_to_come


def test_what_was_being_written_down_when_it_was_killed_is_done_once_more(tmp_path: Path) -> None:
    one, two, three = (Signature(n, n) for n in (1, 2, 3))
    with Ledger(tmp_path) as ledger:
        ledger.add("ä\udcff.md", one)
    with (tmp_path / ".ai-prism-watch.jsonl").open("a") as file:
        file.write('["b.md", 2')

    with Ledger(tmp_path) as ledger:
        known = [ledger.has("ä\udcff.md", one), ledger.has("b.md", two)]
        ledger.add("c.md", three)
    with Ledger(tmp_path) as ledger:
        assert [*known, ledger.has("c.md", three)] == [True, False, True]


def test_two_watchers_do_not_write_into_one_folder(inbox: Path) -> None:
    inbox.with_name("out").mkdir()

    with Ledger(inbox.with_name("out")):
        result = watch_once(inbox)

    assert result.exit_code == 2
    assert "Another" in result.stderr


def test_reports_are_not_written_where_they_would_be_reviewed(inbox: Path) -> None:
    options = ["--output", str(inbox / "below"), "--once"]

    result = CliRunner().invoke(main, ["watch", str(inbox), *options])

    assert result.exit_code == 2


def is_noted(out: Path, name: str) -> bool:
    ledger = out / ".ai-prism-watch.jsonl"
    return ledger.exists() and name in ledger.read_text()


def test_it_goes_on_until_it_is_interrupted_and_after_that_where_it_was(inbox: Path) -> None:
    # What runs in the background of a shell ignores interrupts, and so would its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    out = inbox.with_name("out")
    options = ["--output", str(out), "--format", "md", "--settle", "0.2"]
    command = [sys.executable, "-m", "ai_prism", "watch", str(inbox), *options]
    for name in ("a.md", "b.md"):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ})
        # Put there under another name and renamed, as careful programs do.
        (inbox / ".coming").write_text(PLAN)
        (inbox / ".coming").rename(inbox / name)
        until(partial(is_noted, out, name), what="a report")

        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)

        assert process.returncode == 130
        assert said.decode() == f"{out / name}-review.md\n"
