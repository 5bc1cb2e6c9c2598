"""How much a remark insists: what its like has earned, and whose word stands above it."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from ai_prism.core import earned, playbook
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.earned import as_earned, chance_right
from ai_prism.core.model import Anchor, Finding, FindingKind, Level
from ai_prism.core.rules import BaseRule


def a_rule(id: str, kind: str = "general") -> BaseRule:
    return next(rule for rule in playbook.load(kind).rules if rule.id == id)


def a_finding(rule: BaseRule, *signs: str, quote: str = "") -> Finding:
    return Finding(
        id=rule.id,
        fingerprint=rule.id,
        rule_id=rule.id,
        rule_version=1,
        kind=FindingKind.PROBLEM,
        category=rule.category,
        severity=Level.HIGH,
        confidence=0.9,
        title=rule.title,
        message=rule.message,
        why=rule.why,
        suggestion=rule.suggestion,
        anchors=(Anchor(0, len(quote), quote),) if quote else (),
        evidence={"signs": signs} if rule.kind == "clause" else {},
    )


def severities(rule: BaseRule, kind: str, signs: Sequence[str] = ()) -> tuple[Level, Level]:
    (told,) = as_earned(rule, [a_finding(rule, *signs)], kind)
    return told.severity, told.at_stake


def test_what_was_mostly_right_before_insists() -> None:
    rule = a_rule("wrong-word")

    assert severities(rule, "design-document") == (Level.HIGH, Level.HIGH)


def test_what_was_mostly_wrong_in_such_documents_is_a_small_matter_and_its_stake_stays() -> None:
    rule = a_rule("empty-section")

    assert severities(rule, "terms-of-service") == (Level.LOW, Level.HIGH)


def test_more_signs_make_a_clause_surer() -> None:
    rule = a_rule("liability-limited", "contract")

    few, many = (
        chance_right(a_finding(rule, *signs), "contract")
        for signs in ((), ("heading", "model", "raised"))
    )

    assert few < earned.ENOUGH <= many


def test_the_words_of_a_clause_speak_for_it_or_against() -> None:
    rule = a_rule("one-sided-change", "terms-of-service")

    terms, prices = (
        chance_right(a_finding(rule, "model", "raised", quote=quote), "terms-of-service")
        for quote in (
            "We may modify these Terms at any time without notice.",
            "Prices shown in the shop may change at any time.",
        )
    )

    assert prices < terms


def test_of_a_rule_that_nobody_judged_nothing_is_expected() -> None:
    rule = a_rule("wrong-word")
    unknown = msgspec.structs.replace(a_finding(rule), rule_id="nobody-saw-it")

    assert chance_right(unknown, "contract") == 0


@pytest.mark.parametrize("id", ["secret", "impossible-date", "wrong-weekday"])
def test_secrets_and_what_can_be_worked_out_always_insist(id: str) -> None:
    assert severities(a_rule(id), "design-document") == (Level.HIGH, Level.HIGH)


def test_who_changed_a_rule_in_a_playbook_of_their_own_is_obeyed() -> None:
    rule = msgspec.structs.replace(
        a_rule("missing-reference"), severity=Level.HIGH, most_findings=7
    )

    assert severities(rule, "own") == (Level.HIGH, Level.HIGH)


@pytest.mark.parametrize("lowered", ["missing-reference", "safeguard-missing"])
def test_the_weights_know_what_readers_found_wrong(lowered: str) -> None:
    rule = a_rule(lowered, "incident-report")

    assert chance_right(a_finding(rule), "incident-report") < earned.ENOUGH


def test_every_trait_that_weighs_something_can_be_found() -> None:
    kinds = {trait.partition("/")[0] for trait in earned.weights()}

    assert kinds == {earned.ALWAYS, "category", "kind", "rule", "sign", "signs", "word"}


def test_a_review_tells_it_as_earned_and_weighs_what_is_at_stake(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text("# Post-mortem\n\nNo monitoring of the disks was there.\n", encoding="utf-8")

    review = DocumentAnalyzer(playbook.load("incident-report")).analyze(path)

    (told,) = (f for f in review.findings if f.rule_id == "safeguard-missing")
    assert (told.severity, told.stake) == (Level.LOW, Level.MEDIUM)
    assert review.risk.score > 0
