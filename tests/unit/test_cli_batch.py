"""Several documents, folders and Git work trees on the command line."""

import json
import multiprocessing
import os
import signal
import subprocess
from contextlib import suppress
from multiprocessing.connection import wait
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from ai_prism.cli import batch_processes, main
from ai_prism.cli.delivery import Delivery
from ai_prism.cli.documents import documents_in, uri_of
from ai_prism.cli.outcome import Exit
from ai_prism.cli.single import Wish
from ai_prism.core.errors import EmptyDocument
from ai_prism.core.exporters import EXPORTERS, Order
from ai_prism.core.model import Party

ROOT = Path(__file__).parents[2]
UNFINISHED = "# Plan\n\nThe budget is TODO.\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "below").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name in ("b.md", "a.txt", "below/c.md", ".hidden/d.md", ".e.md", "~$f.docx", "g.bin"):
        (tmp_path / name).write_text(UNFINISHED)
    return tmp_path


def test_a_folder_is_searched_for_what_can_be_read(folder: Path) -> None:
    names = [str(path.relative_to(folder)) for path in documents_in([str(folder)])]

    assert names == ["a.txt", "b.md", "below/c.md"]


def test_a_file_that_is_named_is_taken_whatever_it_is_called(folder: Path) -> None:
    assert documents_in([str(folder / "g.bin")]) == [folder / "g.bin"]


def test_a_document_is_reviewed_once(folder: Path) -> None:
    twice = documents_in([str(folder / "b.md"), str(folder)])

    assert len(twice) == len(set(twice)) == 3


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Tests", "-c", "user.email=tests@example.com"]
    subprocess.run(["git", "-C", folder, *who, *arguments], check=True, capture_output=True)


def test_only_what_has_changed_since_a_commit_is_reviewed(folder: Path) -> None:
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    (folder / "below/c.md").write_text("# Plan\n\nChanged.\n")
    (folder / "neü.md").write_text(UNFINISHED)

    changed = documents_in([str(folder)], "HEAD")

    assert [path.name for path in changed] == ["neü.md", "c.md"]


def test_a_hook_of_git_does_not_make_everything_look_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    monkeypatch.setenv("GIT_DIR", str(folder / ".git"))

    assert documents_in([str(folder / "below")], "HEAD") == []


def test_a_mistyped_name_is_no_document_that_has_not_changed(folder: Path) -> None:
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")

    result = run("review", folder / "nonesuch.md", "--changed-since", "HEAD", "--fail-on", "low")

    assert "nonesuch.md" in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize("commit", ["nonesuch", "--output=x"])
def test_a_commit_that_there_is_not_ends_with_2(folder: Path, commit: str) -> None:
    git(folder, "init", "-q")

    result = run("review", folder, f"--changed-since={commit}")

    assert result.exit_code == 2
    assert "Git says" in result.stderr
    assert not (folder / "x").exists()


def test_many_documents_are_reviewed_side_by_side_and_a_broken_one_is_reported(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 nothing of use")

    result = run("review", folder, "--format", "json", "--fail-on", "low")

    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [report["document"]["name"] for report in reports] == ["a.txt", "b.md", "c.md"]
    assert "broken.docx: " in result.stderr
    assert result.exit_code == 2


WISH = Wish(playbook=None, party=Party.NEUTRAL, format_name="json", order=Order(), threshold=None)


def test_a_process_that_dies_costs_the_others_no_more_than_a_new_pool(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [folder / f"{number}.md" for number in range(6)]
    for path in paths:
        path.write_text(UNFINISHED)
    sizes, pool = [], batch_processes._pool
    noted = lambda wish, size: sizes.append(size) or pool(wish, size)  # noqa: E731
    monkeypatch.setattr(batch_processes, "_pool", noted)

    results = batch_processes.in_processes(paths, WISH, 2)
    done = [next(results)]
    os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)
    done += results

    assert [path for path, _ in done] == paths
    assert {made.exit for _, made in done} == {Exit.DONE}
    assert len(sizes) <= 3


def test_an_interrupted_run_waits_for_no_document(folder: Path) -> None:
    endless = folder / "endless.md"
    os.mkfifo(endless)
    writer = os.open(endless, os.O_RDWR)  # who reads waits for as long as this is open

    results = batch_processes.in_processes([folder / "b.md", endless], WISH, 2)
    next(results)
    children = multiprocessing.active_children()
    results.close()

    try:
        assert all(wait([child.sentinel], 30) for child in children)
    finally:
        os.close(writer)


def test_each_document_gets_a_file_where_they_do_not_fit_into_one(folder: Path) -> None:
    (folder / "b.txt").write_text(UNFINISHED)
    names = ("b.md", "b.txt")

    result = run(
        "review", *(folder / n for n in names), "--format", "csv", "--output", folder / "out"
    )

    assert result.exit_code == 0
    made = sorted(path.name for path in (folder / "out").iterdir())
    assert made == ["b-review-txt.csv", "b-review.csv"]


def test_one_file_of_sarif_holds_all_documents_by_their_paths_in_the_work_tree(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(folder, "init", "-q")
    (folder / "below/ü x.txt").write_bytes(b"")
    monkeypatch.chdir(folder / "below")
    out = folder / "all.sarif"

    result = run("review", "../b.md", "c.md", "ü x.txt", "--format", "sarif", "--output", out)

    assert result.exit_code == 2
    (made,) = json.loads(out.read_text())["runs"]
    uris = [artifact["location"]["uri"] for artifact in made["artifacts"]]
    assert uris == ["b.md", "below/c.md", "below/%C3%BC%20x.txt"]
    lines = [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in made["results"]]
    assert lines == [3, 3]
    (said,) = made["invocations"][2]["toolExecutionNotifications"]
    assert said["descriptor"]["id"] == "empty"


def test_a_document_outside_has_the_uri_of_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    assert uri_of(Path("a b.md")) == "a%20b.md"
    assert uri_of(Path("../c.md")) == (tmp_path / "c.md").as_uri()


def test_an_interrupted_run_leaves_no_sarif_that_looks_complete(tmp_path: Path) -> None:
    sources = [tmp_path / "a.md", tmp_path / "b.md"]
    log = EXPORTERS["sarif"].refusal(Order(uri="a.md"), EmptyDocument("Nothing."))

    with suppress(KeyboardInterrupt), Delivery("sarif", tmp_path / "out.sarif", sources) as to:
        to.put(sources[0], log or b"")
        raise KeyboardInterrupt

    assert (tmp_path / "out.sarif").read_bytes() == b""


def test_documents_of_one_name_get_a_report_each(folder: Path) -> None:
    (folder / "c.md").write_text(UNFINISHED)
    (folder / "out").mkdir()
    names = ("c.md", "below/c.md", ".hidden/d.md")

    run("review", *(folder / n for n in names), "--format", "json", "--output", folder / "out")

    made = sorted(path.name for path in (folder / "out").iterdir())
    assert made == ["c-review-md.json", "c-review.json", "d-review.json"]


def test_a_report_beside_the_documents_overwrites_none_of_them(folder: Path) -> None:
    own = folder / "b-review.md"
    own.write_text(UNFINISHED)

    result = run("review", folder, "--format", "md", "--output", folder)

    assert result.exit_code == 0
    assert own.read_text() == UNFINISHED
    assert "b.md" in (folder / "b-review-md.md").read_text()


@pytest.mark.parametrize("name", [name for name, kind in EXPORTERS.items() if not kind.joins])
def test_what_does_not_fit_into_one_file_needs_a_folder(folder: Path, name: str) -> None:
    result = run("review", folder / "b.md", folder / "a.txt", "--format", name)

    assert result.exit_code == 2
    assert "folder" in result.stderr


@pytest.mark.parametrize("mistake", [("--include", "opne"), ("--playbook", "nonesuch")])
def test_a_mistyped_option_leaves_the_last_report_alone(
    folder: Path, mistake: tuple[str, str]
) -> None:
    last = folder / "last.json"
    last.write_text("precious")

    result = run("review", folder / "b.md", "--format", "json", "--output", last, *mistake)

    assert result.exit_code == 2
    assert last.read_text() == "precious"


def test_nothing_to_review_is_said(folder: Path) -> None:
    (folder / ".hidden" / "d.md").unlink()

    result = run("review", folder / ".hidden")

    assert "nothing to review" in result.stderr
    assert result.exit_code == 0


def test_without_a_document_the_command_says_what_it_wants() -> None:
    assert run("review").exit_code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_what_completes_the_commands(shell: str) -> None:
    result = run("completion", shell)

    assert "_AI_PRISM_COMPLETE" in result.stdout
    assert result.exit_code == 0


def test_the_completion_knows_commands_and_options() -> None:
    environment = {
        **os.environ,
        "_AI_PRISM_COMPLETE": "bash_complete",
        "COMP_WORDS": "ai-prism review --fail",
        "COMP_CWORD": "2",
    }

    told = CliRunner().invoke(main, [], env=environment, prog_name="ai-prism")

    assert "--fail-on" in told.stdout


def test_hook_and_action_use_options_that_there_are() -> None:
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())[0]
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    options = {name for p in main.get_command(None, "review").params for name in p.opts}
    script = action["runs"]["steps"][1]["run"]

    used = {w.strip('"()') for w in f"{hook['entry']} {script}".replace("(", " ").split()}
    assert {word for word in used if word.startswith("--") and len(word) > 2} <= options
    for value in action["runs"]["steps"][1]["env"].values():
        assert value.partition("inputs.")[2].rstrip(" }") in action["inputs"]
