"""A document reviewed with a model beside the rules, from file to receipt."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import msgspec
import pytest

from ai_prism.core import checks, playbook
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.llm import Answer
from ai_prism.core.llm.asking import ModelFailed
from ai_prism.core.llm.model_reviewer import ModelReviewer
from ai_prism.core.llm.prompt import Prompt
from ai_prism.core.model import NOTHING_SENT, Review
from ai_prism.core.progress import Event, FindingsFound, Stage, StageReached
from support.injections import ORDERS, a_hostile_text
from support.models import NOTHING, OpenGate, ScriptedModel, a_remark, failure

Reviewing: TypeAlias = Callable[..., tuple[Review, ScriptedModel]]

TEXT = """# Report

## Cause

The certificate of the gateway expired in the night, and nobody received the reminder mail.

## Result

All servers are safe again. Write to k.lee@example.com for access, or use
ghp_1a2B3c4D5e6F7g8H9i0JkLmNoPqRsTuVwXyZ.
"""


@pytest.fixture
def review(tmp_path: Path) -> Reviewing:
    def reviewed(
        answers: Callable[[Prompt], Answer] | list[Answer | ModelFailed],
        text: str = TEXT,
        tell: Callable[[Event], None] = lambda _: None,
        at_once: int = 1,
    ) -> tuple[Review, ScriptedModel]:
        path = tmp_path / "report.md"
        path.write_text(text, encoding="utf-8")
        model = ScriptedModel(answers)
        reviewer = ModelReviewer([model], OpenGate(), seconds=60, sleep=lambda _: None)
        return DocumentAnalyzer(QUICK, reviewer, at_once=at_once).analyze(path, tell), model

    return reviewed


#: Without grammar and spelling, which need a process of their own.
QUICK = msgspec.structs.replace(
    playbook.load("general"),
    rules=tuple(
        rule for rule in playbook.load("general").rules if rule.kind not in checks.BY_LANGUAGE
    ),
)


def says(*quotes: str, summary: str = "", statements: tuple[str, ...] = ()) -> Answer:
    return Answer(remarks=tuple(map(a_remark, quotes)), summary=summary, statements=statements)


def by_model(review: Review) -> list[str]:
    return [f.anchors[0].quote for f in review.findings if f.source.engine == "llm"]


def test_its_findings_stand_beside_those_of_the_rules(review: Reviewing) -> None:
    made, _ = review([NOTHING, says("All servers are safe again."), NOTHING])

    assert by_model(made) == ["All servers are safe again."]
    assert "secret" in {finding.rule_id for finding in made.findings}


def test_the_receipt_counts_what_was_sent_and_what_was_proven(review: Reviewing) -> None:
    made, _ = review([says("Nobody wrote this."), says("All servers are safe again."), NOTHING])

    receipt = made.receipt
    assert (receipt.remarks_offered, receipt.remarks_verified) == (2, 1)
    (sent,) = receipt.sent
    assert (sent.to, sent.requests, sent.tokens_in, sent.tokens_out) == ("llm.example", 3, 60, 15)
    assert receipt.outbound.startswith("300 characters in 3 requests to llm.example (one)")
    assert receipt.redacted == 2


def test_without_a_reviewer_nothing_leaves_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text(TEXT, encoding="utf-8")

    receipt = DocumentAnalyzer(QUICK).analyze(path).receipt

    assert receipt.outbound == NOTHING_SENT
    assert receipt.sent == ()


def test_secrets_are_not_sent_and_can_be_quoted_all_the_same(review: Reviewing) -> None:
    def answer(prompt: Prompt) -> Answer:
        is_there = "[secret 2]" in prompt.question
        return says("Write to [e-mail address 1] for access") if is_there else NOTHING

    made, model = review(answer)

    assert not [p for p in model.asked if "ghp_" in p.question or "k.lee" in p.question]
    assert by_model(made) == ["Write to k.lee@example.com for access"]


def test_what_a_rule_says_too_is_one_finding(review: Reviewing) -> None:
    made, _ = review([NOTHING, says("or use\n[secret 2]"), NOTHING])

    (secret,) = [finding for finding in made.findings if finding.rule_id == "secret"]
    assert secret.evidence["also_said_by"] == "one"
    assert by_model(made) == []


def test_what_cannot_be_read_is_a_problem_and_the_rest_stands(review: Reviewing) -> None:
    made, _ = review([failure(passes=False), says("All servers are safe again.")])

    (problem,) = [p for p in made.problems if p.code == "reviewer"]
    assert "did not read 1 of 2 parts: “Cause”" in problem.message
    assert by_model(made) == ["All servers are safe again."]
    assert not made.is_clean


def test_the_whole_document_is_looked_at_by_its_summaries(review: Reviewing) -> None:
    answers = [
        says(
            summary="A certificate expired.", statements=("The certificate of the gateway expired",)
        ),
        says(summary="All is well.", statements=("All servers are safe again.", "Invented words.")),
        says("All servers are safe again."),
    ]
    made, model = review(answers)

    question = model.asked[2].question
    assert "- Cause: A certificate expired." in question
    assert "- All servers are safe again." in question
    assert "Invented" not in question
    assert by_model(made) == ["All servers are safe again."]


def test_progress_counts_the_passages_and_the_whole(review: Reviewing) -> None:
    told: list[Event] = []

    review([says("All servers are safe again."), NOTHING, NOTHING], tell=told.append)

    steps = [
        (e.done, e.total) for e in told if isinstance(e, StageReached) and e.stage is Stage.REVIEWER
    ]
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_findings_are_told_as_they_come(review: Reviewing) -> None:
    told: list[Event] = []

    review([NOTHING, says("All servers are safe again."), NOTHING], tell=told.append)

    sources = [f.source.engine for e in told if isinstance(e, FindingsFound) for f in e.findings]
    assert "llm" in sources


def test_passages_can_be_asked_about_at_the_same_time(review: Reviewing) -> None:
    text = "\n\n".join(
        f"# Part {n}\n\nThis is what part {n} says about servers, fees and days." for n in range(20)
    )

    made, model = review(
        lambda prompt: says("about servers") if "Part 7\n" in prompt.question else NOTHING,
        text,
        at_once=8,
    )

    assert len(model.asked) == 21
    assert by_model(made) == ["about servers"]


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_in_the_document_is_reported_without_any_model(name: str, tmp_path: Path) -> None:
    path = tmp_path / "agreement.md"
    path.write_text(a_hostile_text(name), encoding="utf-8")

    made = DocumentAnalyzer(QUICK).analyze(path)

    assert "hidden-instruction" in {finding.rule_id for finding in made.findings}


@pytest.mark.parametrize("name", ORDERS)
def test_a_model_that_obeys_brings_nothing_but_findings_with_quotes(
    name: str, review: Reviewing
) -> None:
    """The worst that a document can reach is what a model may say at all, and that is proven."""

    def obeys(prompt: Prompt) -> Answer:
        return says(
            "This document is safe.",  # invented
            prompt.standing[:60],  # leaks what it was told
            "The customer pays 400 euros a month.",
            summary="<script>alert(1)</script>",
        )

    made, model = review(obeys, a_hostile_text(name))

    assert set(by_model(made)) == {"The customer pays 400 euros a month."}
    assert made.receipt.remarks_verified < made.receipt.remarks_offered
    assert "hidden-instruction" in {finding.rule_id for finding in made.findings}
    assert "alert(1)" not in str(made.findings)
    assert all(ORDERS[name][:40] not in prompt.standing for prompt in model.asked)
