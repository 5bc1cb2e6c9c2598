"""What the command line says, where, and how it ends."""

import json
import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ai_prism import __version__
from ai_prism.cli import COMMANDS, main
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.playbook import BUILT_IN

CLEAN = "# Plan\n\nThe team meets on Monday.\n"
UNFINISHED = "# Plan\n\nThe budget is TODO.\n"

#: What only the service needs, and with the readers' libraries what makes a start slow.
SERVICE = ("alembic", "celery", "flask", "gunicorn", "redis", "sqlalchemy")
HEAVY = (*SERVICE, "lxml", "pypdfium2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "clean.md").write_text(CLEAN)
    (tmp_path / "unfinished.md").write_text(UNFINISHED)
    (tmp_path / "empty.md").write_bytes(b"")
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_version_is_told_without_loading_what_only_the_commands_need() -> None:
    script = (
        "import sys\n"
        "from ai_prism.cli import main\n"
        "main(['--version'], standalone_mode=False)\n"
        f"print([name for name in {HEAVY} if name in sys.modules])\n"
    )

    shown = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert shown.splitlines() == [f"ai-prism {__version__}", "[]"]


def test_a_review_loads_nothing_of_the_service(folder: Path) -> None:
    script = (
        "import sys\n"
        "from ai_prism.cli import main\n"
        f"main(['review', {str(folder / 'clean.md')!r}], standalone_mode=False)\n"
        f"print([name for name in {SERVICE} if name in sys.modules])\n"
    )

    shown = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert shown.splitlines()[-1] == "[]"


def test_every_command_is_listed_with_its_help() -> None:
    shown = run("--help").output

    for name in COMMANDS:
        assert f"\n  {name} " in shown


def test_a_clean_document_ends_with_0_even_for_the_strictest_gate(folder: Path) -> None:
    result = run("review", folder / "clean.md", "--fail-on", "low")

    assert "Nothing found; everything was read and checked." in result.stdout
    assert result.exit_code == 0


def test_findings_alone_do_not_fail_who_has_not_asked_for_it(folder: Path) -> None:
    result = run("review", folder / "unfinished.md")

    assert "“TODO”" in result.stdout
    assert result.exit_code == 0


@pytest.mark.parametrize("level", ["medium", "low"])
def test_a_finding_at_or_above_the_gate_ends_with_1(folder: Path, level: str) -> None:
    (folder / "slip.md").write_text("# Plan\n\nIt takes an user and an hour.\n")

    result = run("review", folder / "slip.md", "--fail-on", level)

    assert result.exit_code == 1


def test_a_finding_below_the_gate_ends_with_0(folder: Path) -> None:
    (folder / "twice.md").write_text("# Plan\n\nThe team read the the plan.\n")

    result = run("review", folder / "twice.md", "--fail-on", "high")

    assert "the the" in result.stdout
    assert result.exit_code == 0


def test_json_is_one_line_for_each_document(folder: Path) -> None:
    result = run("review", folder / "clean.md", folder / "unfinished.md", "--format", "json")

    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [report["document"]["name"] for report in reports] == ["clean.md", "unfinished.md"]
    assert {report["schema"] for report in reports} == {"ai-prism/review/1"}


def test_a_broken_document_is_reported_and_the_others_are_done(folder: Path) -> None:
    files = [folder / name for name in ("empty.md", "missing.md", "unfinished.md")]

    result = run("review", *files, "--fail-on", "low")

    assert "empty.md: " in result.stderr
    assert "missing.md: No such file or directory." in result.stderr
    assert "“TODO”" in result.stdout
    assert result.exit_code == 2


def test_a_check_that_could_not_run_does_not_get_through_a_gate(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ai_prism.core.checks import CHECKS

    class Broken:
        Rule = CHECKS["placeholder"].Rule

        @staticmethod
        def check(rule: object, subject: object) -> tuple[()]:
            raise ZeroDivisionError

    monkeypatch.setitem(CHECKS, "placeholder", Broken)

    result = run("review", folder / "clean.md", "--fail-on", "high")

    assert "Not read or not checked" in result.stdout
    assert result.exit_code == 2


def test_a_fault_of_ours_says_so_and_ends_with_3(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def analyze(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(DocumentAnalyzer, "analyze", analyze)

    result = run("review", folder / "clean.md")

    assert "ZeroDivisionError" in result.stderr
    assert f"fault in AI-Prism {__version__}" in result.stderr
    assert result.exit_code == 3


def test_an_unknown_playbook_ends_with_2_and_names_those_there_are(folder: Path) -> None:
    result = run("review", folder / "clean.md", "--playbook", "nonesuch")

    assert "nonesuch" in result.stderr
    assert BUILT_IN[0] in result.stderr
    assert result.exit_code == 2


def test_a_report_can_be_written_to_a_file(folder: Path) -> None:
    result = run(
        "review", folder / "unfinished.md", "--format", "md", "--output", folder / "report.md"
    )

    assert result.output == ""
    assert (folder / "report.md").read_text().startswith("# Review of unfinished.md\n")


def test_a_report_never_overwrites_the_document(folder: Path) -> None:
    result = run("review", folder / "clean.md", "--output", folder / "clean.md")

    assert result.exit_code == 2
    assert (folder / "clean.md").read_text() == CLEAN


def test_an_output_that_cannot_be_opened_ends_with_2(folder: Path) -> None:
    result = run("review", folder / "clean.md", "--output", folder / "missing" / "report.txt")

    assert "No such file or directory" in result.stderr
    assert result.exit_code == 2


def test_a_pipe_gets_the_report_and_nothing_else(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ai_prism", "review", str(folder / "unfinished.md")],
        capture_output=True,
        check=True,
    )

    assert b"TODO" in done.stdout
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


def test_a_terminal_gets_colours_and_progress(folder: Path) -> None:
    controller, terminal = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "ai_prism", "review", str(folder / "unfinished.md")],
        stdout=terminal,
        stderr=terminal,
        env=environment,
    ):
        os.close(terminal)
        shown = everything_from(controller)

    assert b"\r\x1b[Kunfinished.md: reading" in shown
    assert b"\x1b[33mmedium" in shown


def test_an_interrupt_ends_with_130(folder: Path) -> None:
    # What runs in the background of a shell ignores interrupts, and so would its children. What is
    # handled here is theirs to decide.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A named pipe holds the review up until we have sent the signal.
    os.mkfifo(folder / "held-up.md")
    with (
        subprocess.Popen(
            [sys.executable, "-m", "ai_prism", "review", str(folder / "held-up.md")],
            stderr=subprocess.PIPE,
        ) as process,
        (folder / "held-up.md").open("wb"),  # opens once the review is reading
    ):
        complaint = _interrupt(process)

    assert process.returncode == 130
    assert b"Traceback" not in complaint


def _interrupt(process: subprocess.Popen[bytes]) -> bytes:
    """Return what *process* says on being interrupted.

    Python drops an interrupt that comes while it clears up an object; so one presses Ctrl-C again.
    """
    for _ in range(5):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=5)[1]
    raise AssertionError("it does not mind being interrupted")


def test_a_reader_that_has_gone_is_not_taken_for_findings(folder: Path) -> None:
    reading_end, writing_end = os.pipe()
    os.close(reading_end)

    done = subprocess.run(
        [sys.executable, "-m", "ai_prism", "review", str(folder / "unfinished.md")],
        stdout=writing_end,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing_end)

    assert done.returncode == 2
    assert done.stderr == b""


@pytest.mark.parametrize("format_name", ["text", "json", "md"])
def test_a_name_that_is_no_text_is_shown_as_far_as_it_can_be(
    folder: Path, format_name: str
) -> None:
    strange = os.fsencode(folder) + b"/caf\xe9\x1b[2J.md"
    Path(os.fsdecode(strange)).write_text(CLEAN)

    result = run("review", os.fsdecode(strange), "--format", format_name)

    assert result.exit_code == 0
    assert "caf\ufffd" in result.stdout
    assert "\x1b" not in result.stdout


def test_a_complaint_cannot_speak_to_the_terminal(folder: Path) -> None:
    result = run("review", folder / "\x1b[2J.md")

    assert "No such file" in result.stderr
    assert "\x1b" not in result.stderr


def test_an_outline_is_a_tree(folder: Path) -> None:
    (folder / "deep.md").write_text("# Plan\n\nText.\n\n## Budget\n\nText.\n")

    result = run("outline", folder / "deep.md")

    assert result.stdout.splitlines()[1:] == ["  Plan", "    Budget"]


def test_an_outline_as_json_holds_document_and_sections(folder: Path) -> None:
    outline = json.loads(run("outline", folder / "clean.md", "--format", "json").stdout)

    assert outline["document"]["name"] == "clean.md"
    assert [section["title"] for section in outline["sections"]] == ["Plan"]


def test_an_outline_of_nothing_ends_with_2(folder: Path) -> None:
    result = run("outline", folder / "missing.md")

    assert "missing.md: No such file or directory." in result.stderr
    assert result.exit_code == 2


def test_the_built_in_playbooks_are_listed() -> None:
    listed = run("playbook", "list").stdout.splitlines()

    assert tuple(line.split()[0] for line in listed) == BUILT_IN


def test_a_playbook_is_shown_with_the_reason_of_each_rule() -> None:
    shown = run("playbook", "show", "general").stdout

    assert "placeholder" in shown
    assert "A reader cannot tell what belongs here" in shown


PLAYBOOK = """
name: house
version: "1"
title: House rules
rules:
  - id: unfinished
    kind: placeholder
    severity: high
    category: state
    title: Unfinished
    message: Something is left to fill in.
    why: Nobody can rely on it.
    suggestion: Fill it in.
    source: our own
    examples:
      flags: ["The budget is TODO."]
      passes: ["The budget is {passes}."]
"""


def test_a_playbook_that_keeps_its_promises_passes_its_check(tmp_path: Path) -> None:
    (tmp_path / "house.yml").write_text(PLAYBOOK.format(passes="agreed"))

    result = run("playbook", "check", tmp_path / "house.yml")

    assert "rules checked: 1; each keeps to its examples." in result.stdout
    assert result.exit_code == 0


def test_a_playbook_whose_example_does_not_hold_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "house.yml").write_text(PLAYBOOK.format(passes="TBD"))

    result = run("playbook", "check", tmp_path / "house.yml")

    assert "unfinished: It is flagged and should pass." in result.stdout
    assert "The budget is TBD." in result.stdout
    assert result.exit_code == 1


def test_a_playbook_that_breaks_its_format_ends_with_2_and_its_line(tmp_path: Path) -> None:
    (tmp_path / "house.yml").write_text(PLAYBOOK.replace("severity: high", "severity: grave"))

    result = run("playbook", "check", tmp_path / "house.yml")

    assert "house.yml:8" in result.stderr
    assert "high, medium, low" in result.stderr
    assert result.exit_code == 2


def everything_from(controller: int) -> bytes:
    """Return what a terminal was sent until its last writer closed it."""
    shown = b""
    try:
        while more := os.read(controller, 4096):
            shown += more
    except OSError:  # Linux says so when nobody has the terminal open any more
        pass
    finally:
        os.close(controller)
    return shown


@pytest.mark.parametrize("name", ["house.yml", "7 Rules!.yml"])
def test_a_new_playbook_keeps_to_its_format_and_examples(name: str, tmp_path: Path) -> None:
    file = tmp_path / name

    made = run("playbook", "new", file, "--extends", "policy")
    again = run("playbook", "new", file)

    assert made.exit_code == 0, made.output
    assert run("playbook", "check", file).exit_code == 0
    assert again.exit_code == 2


def test_a_review_for_one_party_says_so_and_weighs_for_it(folder: Path) -> None:
    deal = folder / "deal.md"
    deal.write_text(
        "# Agreement\n\n## Indemnity\n\nThe Supplier shall indemnify, defend and hold harmless the"
        " Customer, its officers, employees and agents from and against any and all claims, losses,"
        " damages, liabilities and expenses, including reasonable attorneys' fees.\n"
    )

    def severity(party: str) -> tuple[str, str]:
        options = ("--playbook", "contract", "--party", party, "--format", "json")
        report = json.loads(run("review", deal, *options).stdout)
        found = {finding["rule_id"]: finding["severity"] for finding in report["findings"]}
        return report["playbook"]["party"], found["broad-indemnity"]

    assert severity("supplier") == ("supplier", "high")
    assert severity("customer") == ("customer", "low")


def test_a_draft_is_compared_with_the_report_of_the_one_before(folder: Path) -> None:
    earlier, draft = folder / "earlier.json", folder / "second draft.md"
    before = run("review", folder / "unfinished.md", "--format", "json")
    earlier.write_bytes(before.stdout_bytes)
    draft.write_text(UNFINISHED.replace("TODO", "ten million"))

    same = json.loads(
        run("review", folder / "unfinished.md", "--format", "json", "--previous", earlier).stdout
    )
    shown = run("review", draft, "--previous", earlier)

    found = json.loads(before.stdout)["findings"]
    assert [f["baseline"] for f in same["findings"]] == ["unchanged"] * len(found)
    assert same["comparison"]["unchanged"] == len(found)
    assert "Since the draft “unfinished.md”: 1 fixed, 0 new, 0 unchanged." in shown.stdout
    assert "Fixed since the last draft" in shown.stdout
    assert "“TODO”" in shown.stdout


def test_what_is_no_report_of_an_earlier_draft_is_said(folder: Path) -> None:
    for data in (b"no report", b"{}", b'{"schema": "other/review/9"}', b"\xff"):
        (folder / "report.json").write_bytes(data)

        result = run("review", folder / "clean.md", "--previous", folder / "report.json")

        assert result.exit_code == 2
        assert "It is no report of a review" in result.stderr
        assert result.stdout == ""
