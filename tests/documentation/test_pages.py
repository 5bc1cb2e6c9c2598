"""The pages of the documentation hold together: links, commands, examples."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ai_prism.cli import main
from ai_prism.examples import path

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("0*.md"))

by_name = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def links_of(page: Path) -> Iterator[str]:
    """Return the targets of the links and pictures of *page* that stay within the repository."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors_of(page: Path) -> set[str]:
    """Return the anchors that headings give *page*, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code_of(page: Path) -> list[str]:
    """Return the lines of the code blocks of *page*."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    return [line for block in blocks for line in block.splitlines()]


@by_name
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links_of(page):
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page

        assert file.exists(), link
        assert not anchor or anchor in anchors_of(file), link


@by_name
def test_every_make_command_exists(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)

    assert set(named) <= set(targets)


@by_name
def test_every_command_line_shown_would_be_understood(page: Path) -> None:
    for line in code_of(page):
        if not re.match(r"(\.venv/bin/)?ai-prism ", line):
            continue
        name, *arguments = shlex.split(line)[1:]
        command = main.get_command(click.Context(main), name)

        assert command is not None, line
        assert command.make_context(name, arguments), line  # refuses what it does not know


def test_every_decision_is_in_the_list_and_has_its_parts() -> None:
    listed = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")

    for decision in DECISIONS:
        text = decision.read_text(encoding="utf-8")
        assert f"]({decision.name})" in listed
        for part in ("Status: ", "## The matter", "## The decision", "## What follows"):
            assert part in text, decision.name


def test_every_page_of_the_docs_can_be_found_from_the_list() -> None:
    start = ROOT / "docs" / "README.md"
    listed = {(start.parent / link.partition("#")[0]).resolve() for link in links_of(start)}
    pages = {page for page in PAGES if "docs" in page.parts} - {start, *DECISIONS}

    assert pages - listed == set()


def test_the_playbook_of_the_how_to_keeps_its_promises(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "write-a-playbook.md").read_text(encoding="utf-8")
    shown = re.search(r"^```yaml\n(.*?)^```", page, re.M | re.S)
    assert shown is not None
    (tmp_path / "house.yml").write_text(shown[1])

    result = CliRunner().invoke(main, ["playbook", "check", str(tmp_path / "house.yml")])

    assert result.exit_code == 0, result.output


def test_the_python_of_the_how_to_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "how-to" / "use-it-from-python.md").read_text(encoding="utf-8")
    shutil.copy(path("incident-report.docx"), tmp_path / "report.docx")
    monkeypatch.chdir(tmp_path)

    for program in re.findall(r"^```python\n(.*?)^```", page, re.M | re.S):
        exec(program, {"__name__": "shown"})  # noqa: S102 - our own page, and that it runs is the point

    assert "3 hours and 40 minutes" in capsys.readouterr().out
    assert (tmp_path / "report-review.md").read_text().startswith("# Review of report.docx")
