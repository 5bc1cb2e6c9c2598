"""Grammar and spelling: what is remarked, what is left alone, and that a lost pass is said."""

import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

import pytest

from ai_prism.core import language, playbook
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.language import Pass, PassLost, child_process
from ai_prism.core.language.passages import passages_of, sheets_of
from ai_prism.core.progress import Event, FindingsFound
from ai_prism.testing import a_subject
from support.processes import children, command, resident_bytes
from support.rules import found
from support.waiting import until


def test_one_misspelt_word_is_one_finding_with_its_mend() -> None:
    (finding,) = found("spelling", "The occurence was noted.\n\nAnother occurence came on Monday.")

    assert finding.occurrences == 2
    assert {fix.replacement for fix in finding.fixes} == {"occurrence"}
    assert len(finding.anchors) == 2


@pytest.mark.parametrize(
    "text",
    [
        "The kubelet, the keypair, the doctests and the rustc compiler are jargon.",
        "The organisation analysed the colour; the organization analyzed the color.",
        "See https://example.org/occurence and src/occurence_test.py and `occurence`.",
        "They wrote “the occurence” in their report.",
        "Occurence Ltd delivers on Monday.",
    ],
)
def test_words_that_are_no_slips_pass(text: str) -> None:
    assert found("spelling", text) == ()


@pytest.mark.parametrize("text", ["a" * 30_000, "QUJD" * 5_000, "[" * 20_000, "中文" * 8_000])
def test_what_harper_dies_of_is_masked(text: str) -> None:
    subject = a_subject(f"It took longer then we had.\n\n{text}\n\nThe occurence was noted.")
    before = time.monotonic()

    lints = language.pass_over(subject).lints()

    assert {"ThenThan", "SpellCheck"} <= {lint.rule for lint in lints}
    assert time.monotonic() - before < 60


def test_short_lines_are_looked_at_together_and_keep_their_places() -> None:
    lines = ["The occurence was noted.", "12 34", "Go on", "It took longer then we had."] * 200
    subject = a_subject("\n\n".join(lines))
    text = subject.document.text

    sheets = sheets_of(passages_of(subject))
    lints = language.pass_over(subject).lints()

    assert len(sheets) < 20
    assert Counter((lint.rule, text[lint.start : lint.end]) for lint in lints) == {
        ("SpellCheck", "occurence"): 200,
        ("ThenThan", "then"): 200,
    }


def test_a_remark_that_reaches_into_the_next_passage_is_none() -> None:
    subject = a_subject("All of it has ended.\n\nThree of us went home.")
    (sheet,) = sheets_of(passages_of(subject))
    text = subject.document.text

    def words(quote: str) -> str | None:
        start = sheet.text.index(quote)
        place = sheet.place(start, start + len(quote))
        return text[place[0] : place[1]] if place else None

    assert words("Three") == "Three"
    assert words("has ended.") == "has ended."
    assert words("ended.\n\nThree") is None


def test_masked_text_keeps_its_places() -> None:
    subject = a_subject("See `x y` at https://example.org, then " + "word " * 2_000)

    for passage in passages_of(subject):
        original = subject.document.text[passage.start : passage.start + len(passage.text)]
        pairs = zip(passage.text, original, strict=True)
        assert all(one in (other, " ") for one, other in pairs)
        assert len(passage.text) <= 4_000


@pytest.fixture
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is loaded ahead: each pass has a server of its own."""
    monkeypatch.setattr(child_process, "_standby", child_process._Standby())


@pytest.mark.usefixtures("_alone")
def test_a_child_that_dies_is_a_problem_and_the_other_findings_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lints(self: Pass) -> tuple[language.Lint, ...]:
        kill_server(self)
        return original(self)

    original = Pass.lints
    monkeypatch.setattr(Pass, "lints", lints)
    file = tmp_path / "plan.md"
    file.write_text("The fee is TBD.", encoding="utf-8")

    review = DocumentAnalyzer(playbook.load("general")).analyze(file)

    assert [finding.rule_id for finding in review.findings] == ["placeholder"]
    assert [problem.where for problem in review.problems] == ["spelling", "grammar"]
    assert all("PassLost" in problem.message for problem in review.problems)


def kill_server(started: Pass) -> None:
    """Kill the server that was started for *started*, and so loads harper yet."""
    assert started._question._server is not None
    started._question._server.process.kill()


@pytest.mark.usefixtures("_alone")
def test_a_pass_whose_server_died_is_lost() -> None:
    started = a_pass("All is well.")
    kill_server(started)

    with pytest.raises(PassLost):
        started.lints()


@pytest.mark.usefixtures("_alone")
def test_a_pass_that_was_ended_is_lost() -> None:
    started = a_pass("All is well.")
    started.close()

    with pytest.raises(PassLost):
        started.lints()


SLIPS = ("It took longer then we had.", "The occurence was noted.", "It is an plan.")
RULES = (["ThenThan"], ["SpellCheck"], ["AnA"])
#: Takes harper longer than these tests look at it: no word is known, each is another.
ENDLESS = "\n\n".join(
    f"The {''.join(letters)}q was noted." for letters in product("bcdfghjklmnpqrst", repeat=3)
)


def a_pass(text: str) -> Pass:
    return Pass(passages_of(a_subject(text)))


def rules(started: Pass) -> list[str]:
    """Return which rules *started* tells, and end it."""
    told = [lint.rule for lint in started.lints()]
    started.close()
    return told


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The server that is kept, as in a worker; none is left over."""
    kept = child_process._Standby()
    monkeypatch.setattr(child_process, "_standby", kept)
    language.keep_loaded()
    assert kept.server is not None
    yield kept.server.process.pid
    kept.drop()


def test_one_server_answers_one_document_after_the_other_and_lives(server: int) -> None:
    assert [rules(a_pass(text)) for text in SLIPS] == list(RULES)

    until(lambda: not children(server), what="children that have answered to end")
    assert "linting" in command(server)


def test_documents_are_looked_at_beside_each_other(server: int) -> None:
    endless = a_pass(ENDLESS)

    assert [rules(a_pass(text)) for text in SLIPS] == list(RULES)
    endless.close()


def test_a_child_ends_with_its_pass(server: int) -> None:
    endless = a_pass(ENDLESS)
    until(lambda: children(server), what="a child")

    endless.close()

    until(lambda: not children(server), what="it to end")
    assert rules(a_pass(SLIPS[0])) == RULES[0]


def test_a_child_that_is_killed_costs_no_other_document(server: int) -> None:
    endless = a_pass(ENDLESS)
    (child,) = until(lambda: children(server), what="a child")

    os.kill(child, signal.SIGKILL)

    with pytest.raises(PassLost):
        endless.lints()
    endless.close()
    assert rules(a_pass(SLIPS[0])) == RULES[0]


def test_a_server_that_died_is_replaced(server: int) -> None:
    os.kill(server, signal.SIGKILL)
    kept = child_process._standby.server
    assert kept is not None
    kept.process.wait()

    assert rules(a_pass(SLIPS[0])) == RULES[0]


def test_a_server_ends_with_the_last_process_that_could_ask(server: int) -> None:
    kept = child_process._standby.server
    assert kept is not None

    kept._line.close()

    assert kept.process.wait(30) == 0


def test_processes_that_are_forked_ask_the_same_server(server: int) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        told = [pool.submit(rules_and_servers, text).result(30) for text in SLIPS]

    assert told == [(rule, 0) for rule in RULES]


def rules_and_servers(text: str) -> tuple[list[str], int]:
    """Return which rules tell something in *text*, and how many processes this one started."""
    return rules(a_pass(text)), len(children(os.getpid()))


def test_the_table_for_long_words_is_made_before_many_documents_need_it(server: int) -> None:
    assert rules(a_pass(SLIPS[0])) == RULES[0]
    before = resident_bytes(server)
    assert rules(a_pass(SLIPS[0])) == RULES[0]

    until(lambda: resident_bytes(server) > before + 30_000_000, what="the table in the server")


def test_the_other_findings_do_not_wait_for_the_language(tmp_path: Path) -> None:
    file = tmp_path / "plan.md"
    file.write_text("The occurence is TBD.", encoding="utf-8")
    told: list[str] = []

    def progress(event: Event) -> None:
        if isinstance(event, FindingsFound):
            told.extend(finding.rule_id for finding in event.findings)

    DocumentAnalyzer(playbook.load("general")).analyze(file, progress)

    assert told == ["placeholder", "spelling"]
