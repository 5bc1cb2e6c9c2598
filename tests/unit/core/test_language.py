"""Grammar and spelling: what is remarked, what is left alone, and that a lost pass is said."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ai_prism.core import language, playbook
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.language import Pass, PassLost, child_process
from ai_prism.core.language.passages import passages_of, sheets_of
from ai_prism.core.progress import Event, FindingsFound
from ai_prism.testing import a_subject
from support.rules import found


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


def test_a_child_that_dies_is_a_problem_and_the_other_findings_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lints(self: Pass) -> tuple[language.Lint, ...]:
        self._child.process.kill()
        return original(self)

    original = Pass.lints
    monkeypatch.setattr(Pass, "lints", lints)
    file = tmp_path / "plan.md"
    file.write_text("The fee is TBD.", encoding="utf-8")

    review = DocumentAnalyzer(playbook.load("general")).analyze(file)

    assert [finding.rule_id for finding in review.findings] == ["placeholder"]
    assert [problem.where for problem in review.problems] == ["spelling", "grammar"]
    assert all("PassLost" in problem.message for problem in review.problems)


def test_a_pass_that_was_ended_is_lost() -> None:
    started = Pass(passages_of(a_subject("All is well.")))
    started._child.process.kill()

    with pytest.raises(PassLost):
        started.lints()


@pytest.fixture
def spares(monkeypatch: pytest.MonkeyPatch) -> Iterator[child_process._Spares]:
    """The children kept ready, as in a worker; none is left over."""
    kept = child_process._Spares()
    monkeypatch.setattr(child_process, "_spares", kept)
    language.keep_spare()
    yield kept
    kept.drop()


def test_a_spare_child_answers_and_the_next_is_made_ready(spares: child_process._Spares) -> None:
    spare = spares._spare
    started = Pass(passages_of(a_subject("It took longer then we had.")))

    lints = started.lints()
    started.close()

    assert started._child is spare
    assert [lint.rule for lint in lints] == ["ThenThan"]
    assert spares._spare not in (None, spare)


def test_a_spare_child_that_died_meanwhile_is_replaced(spares: child_process._Spares) -> None:
    spares._spare.process.kill()
    spares._spare.process.wait()

    started = Pass(passages_of(a_subject("It took longer then we had.")))

    assert [lint.rule for lint in started.lints()] == ["ThenThan"]
    started.close()


@pytest.fixture
def shared(spares: child_process._Spares) -> child_process._Spares:
    """The children kept ready, as in a batch: each looks at two documents."""
    spares.drop()
    spares.keep(2)
    return spares


SLIPS = ("It took longer then we had.", "The occurence was noted.", "It is an plan.")
RULES = (["ThenThan"], ["SpellCheck"], ["AnA"])


def a_pass(text: str) -> Pass:
    return Pass(passages_of(a_subject(text)))


def test_a_child_looks_at_as_many_documents_as_it_is_told(shared: child_process._Spares) -> None:
    children, told = [], []
    for text in SLIPS:
        started = a_pass(text)
        children.append(started._child)
        told.append([lint.rule for lint in started.lints()])
        started.close()

    assert told == list(RULES)
    assert children[0] is children[1] is not children[2]
    assert not children[0].is_alive


def test_a_child_that_dies_of_one_document_costs_no_other(shared: child_process._Spares) -> None:
    first = a_pass(SLIPS[0])
    assert [lint.rule for lint in first.lints()] == RULES[0]
    first.close()

    second = a_pass(SLIPS[1])
    second._child.process.kill()
    with pytest.raises(PassLost):
        second.lints()
    second.close()
    third = a_pass(SLIPS[2])

    assert second._child is first._child is not third._child
    assert [lint.rule for lint in third.lints()] == RULES[2]
    third.close()


def test_a_child_whose_answer_nobody_waited_for_gets_no_other_document(
    shared: child_process._Spares,
) -> None:
    cancelled = a_pass(SLIPS[0])
    cancelled.close()

    after = a_pass(SLIPS[1])

    assert not cancelled._child.is_alive
    assert [lint.rule for lint in after.lints()] == RULES[1]
    after.close()


def test_the_other_findings_do_not_wait_for_the_language(tmp_path: Path) -> None:
    file = tmp_path / "plan.md"
    file.write_text("The occurence is TBD.", encoding="utf-8")
    told: list[str] = []

    def progress(event: Event) -> None:
        if isinstance(event, FindingsFound):
            told.extend(finding.rule_id for finding in event.findings)

    DocumentAnalyzer(playbook.load("general")).analyze(file, progress)

    assert told == ["placeholder", "spelling"]
