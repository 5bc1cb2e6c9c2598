"""A check that fails is a problem of the review, and the other checks go on."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from ai_prism.core import checks, playbook
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.model import Finding
from ai_prism.core.rules import PLACES_SHOWN
from ai_prism.core.subject import Subject
from ai_prism.testing import a_subject


class _Broken:
    Rule = checks.CHECKS["repeated-word"].Rule

    @staticmethod
    def check(rule: object, subject: Subject) -> Iterator[Finding]:
        raise ZeroDivisionError(subject.document.text)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(checks.CHECKS, "repeated-word", _Broken)


@pytest.mark.usefixtures("broken")
def test_a_check_that_raises_is_a_problem_and_the_others_go_on(tmp_path: Path) -> None:
    file = tmp_path / "plan.md"
    file.write_text("# Plan\n\nThe the costs are TBD.", encoding="utf-8")

    review = DocumentAnalyzer(playbook.load("general")).analyze(file)

    assert [finding.rule_id for finding in review.findings] == ["placeholder"]
    assert [(problem.code, problem.where) for problem in review.problems] == [
        ("check_failed", "repeated-word")
    ]
    assert not review.is_clean


@pytest.mark.usefixtures("broken")
def test_the_log_names_the_rule_and_keeps_the_document_to_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rule = next(r for r in playbook.load("general").rules if r.kind == "repeated-word")

    with caplog.at_level(logging.ERROR):
        checks.run(rule, a_subject("A private matter."))

    assert "repeated-word" in caplog.text
    assert "private" not in caplog.text


def test_rules_for_other_languages_are_not_applied_and_that_is_said(tmp_path: Path) -> None:
    file = tmp_path / "plan.md"
    file.write_text(
        "# Plan\n\nDie Kosten sind TBD, und der Plan ist mit dem Rat und der Stadt für das Jahr"
        " zu besprechen. Es ist nicht zu spät und die die Zeit ist auf der Seite des Rates.",
        encoding="utf-8",
    )

    review = DocumentAnalyzer(playbook.load("general")).analyze(file)

    assert review.document.language == "de"
    assert [finding.rule_id for finding in review.findings] == ["placeholder"]
    assert [problem.code for problem in review.problems] == ["rules_not_applied"]
    assert review.receipt.rules_not_applied > 0
    total = len(playbook.load("general").rules)
    assert review.receipt.rules_run + review.receipt.rules_not_applied == total


def test_many_findings_of_one_rule_end_in_one_that_stands_for_the_rest() -> None:
    rule = next(r for r in playbook.load("general").rules if r.id == "repeated-word")
    text = "\n\n".join(f"Line {n} of the the list." for n in range(30))

    found = checks.run(rule, a_subject(text))

    assert isinstance(found, tuple)
    assert len(found) == rule.most_findings
    assert found[-1].occurrences == 30 - rule.most_findings + 1
    assert len(found[-1].anchors) == PLACES_SHOWN
    assert "20 more" in found[-1].message


def test_a_text_that_is_one_long_fault_costs_no_more_than_a_limit() -> None:
    rule = next(r for r in playbook.load("general").rules if r.id == "repeated-word")

    found = checks.run(rule, a_subject("the " * 10_000))

    assert isinstance(found, tuple)
    assert sum(finding.occurrences for finding in found) == checks.MOST_LOOKED_AT
