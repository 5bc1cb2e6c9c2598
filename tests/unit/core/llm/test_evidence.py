"""A remark becomes a finding when its quote stands in the document; else it is counted and gone."""

from typing import Any

import msgspec

from ai_prism.core.llm import Reading, Remark
from ai_prism.core.llm.evidence import merge, prove
from ai_prism.core.model import Finding, FindingKind, Level
from ai_prism.core.subject import Subject
from ai_prism.testing import a_subject

TEXT = """# Report

## Cause

The gateway certificate expired overnight, and nobody received the reminder mail.

## Actions

We will look into it. All servers are now safe.
"""


def a_remark(quote: str, **other: Any) -> Remark:
    said: dict[str, Any] = {
        "quote": quote,
        "category": "evidence",
        "severity": Level.MEDIUM,
        "kind": FindingKind.PROBLEM,
        "title": "A claim without support",
        "message": "Nothing shows it.",
        "why": "Somebody may rely on it.",
        "suggestion": "Show it.",
        "confidence": 0.8,
    }
    return Remark(**{**said, **other})


def proven(subject: Subject, *remarks: Remark) -> tuple[tuple[Finding, ...], int]:
    whole = (0, len(subject.document.text))
    reading = Reading(remarks=remarks, reviewer="some-model")
    shown = prove(reading, subject, "1", whole)
    return shown.findings, shown.offered - shown.verified


def test_a_quote_that_stands_there_becomes_an_exact_anchor() -> None:
    subject = a_subject(TEXT)

    (finding,), dropped = proven(subject, a_remark("All servers  are now safe."))

    (anchor,) = finding.anchors
    assert subject.document.text[anchor.start : anchor.end] == anchor.quote
    assert anchor.quote == "All servers are now safe."
    assert finding.section_id == subject.section_at(anchor.start).id  # type: ignore[union-attr]
    assert (finding.source.engine, finding.source.name) == ("llm", "some-model")
    assert dropped == 0


def test_an_invented_quote_is_dropped_and_counted() -> None:
    findings, dropped = proven(
        a_subject(TEXT), a_remark("All servers were replaced."), a_remark("We will look into it.")
    )

    assert [finding.anchors[0].quote for finding in findings] == ["We will look into it."]
    assert dropped == 1


def test_a_contradiction_with_invented_words_is_dropped() -> None:
    remark = a_remark("All servers are now safe.", conflicts_with="Three servers are not safe.")

    assert proven(a_subject(TEXT), remark) == ((), 1)


def test_a_contradiction_shows_both_places() -> None:
    remark = a_remark("All servers are now safe.", conflicts_with="We will look into it.")

    (finding,), _ = proven(a_subject(TEXT), remark)

    assert [anchor.quote for anchor in finding.related] == ["We will look into it."]


def test_what_the_reviewer_itself_doubts_is_held_back() -> None:
    unsure = a_remark("All servers are now safe.", confidence=0.3)

    assert proven(a_subject(TEXT), unsure) == ((), 0)


def test_of_the_same_remark_made_twice_the_surer_stays() -> None:
    twice = (
        a_remark("All servers are now safe.", confidence=0.7),
        a_remark("servers are now safe", confidence=0.9),
    )

    findings, _ = proven(a_subject(TEXT), *twice)

    assert [finding.confidence for finding in findings] == [0.9]


def test_a_flood_ends() -> None:
    words = [f"number {n} of many" for n in range(40)]
    subject = a_subject("# Long\n\n" + ". ".join(words))

    findings, dropped = proven(subject, *map(a_remark, words))

    assert len(findings) == 10
    assert dropped == 0


def test_words_that_a_terminal_would_obey_are_only_words() -> None:
    remark = a_remark("All servers are now safe.", title="\x1b[31mRed\n\nalert\u202e", category="x")

    (finding,), _ = proven(a_subject(TEXT), remark)

    assert finding.title == "[31mRed alert"
    assert finding.category == "clarity"


def test_the_place_of_a_finding_survives_an_edit_elsewhere() -> None:
    remark = a_remark("All servers are now safe.")
    (before,), _ = proven(a_subject(TEXT), remark)
    (after,), _ = proven(a_subject(TEXT.replace("overnight", "in the night")), remark)

    assert before.anchors != after.anchors
    assert before.fingerprint == after.fingerprint


def test_what_a_rule_says_of_the_same_words_is_said_once_and_surer() -> None:
    (rules,), _ = proven(a_subject(TEXT), a_remark("We will look into it", confidence=0.6))
    rules = msgspec.structs.replace(rules, id="of-a-rule", rule_id="weak-action")
    (said,), _ = proven(a_subject(TEXT), a_remark("We will look into it.", category="clarity"))

    (merged,), rest = merge([rules], [said])

    assert rest == ()
    assert merged.id == "of-a-rule"
    assert merged.confidence == 0.8
    assert merged.evidence["also_said_by"] == "some-model"
    assert said.message in merged.message


def test_what_is_said_of_other_words_stays_apart() -> None:
    (rules,), _ = proven(a_subject(TEXT), a_remark("We will look into it."))
    (said,), _ = proven(a_subject(TEXT), a_remark("All servers are now safe."))

    assert merge([rules], [said]) == ((rules,), (said,))
