"""A draft beside the one before: what is new, unchanged, fixed, and what nobody can tell."""

import hashlib

import msgspec
import pytest

from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.drafts import Looked, compared
from ai_prism.core.model import (
    Baseline,
    Comparison,
    Coverage,
    Decision,
    Fate,
    Finding,
    FindingKind,
    Level,
    Problem,
    Review,
    Source,
)
from ai_prism.core.rules import anchor, fingerprint
from ai_prism.core.subject import Subject
from ai_prism.testing import a_subject
from support.reviews import a_finding, a_review

FIRST = """# Plan

## Goals

The budget is TBD and the owner is TBD. Sales are TBD too.

## Risks

Nobody knows the vendor. Costs may rise considerably next year.
"""
LOOKED = Looked(rules={"placeholder": 1, "vague": 1, "lacks": 1}, reviewer="none")


def remark(
    subject: Subject, words: str, nth: int = 0, rule: str = "placeholder", **more
) -> Finding:
    """Return a finding about the *nth* time that the text says *words*."""
    text, start = subject.document.text, -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    place = anchor(subject, start, start + len(words))
    section = subject.section_at(start)
    print_of_it = fingerprint(rule, words, section.title if section else "")
    facts = {
        "id": hashlib.sha256(f"{print_of_it}{start}".encode()).hexdigest()[:16],
        "fingerprint": print_of_it,
        "rule_id": rule,
        "section_id": section.id if section else None,
        "severity": Level.MEDIUM,
    }
    return a_finding(1, place, **{**facts, **more})


def reviewed(subject: Subject, *findings: Finding) -> Review:
    made = a_review(subject.document, *findings)
    return msgspec.structs.replace(made, sections=subject.sections)


def decided(finding: Finding, decision: Decision = Decision.REJECTED, **more) -> Finding:
    said = {"reason": "as agreed", "decided_at": "2026-05-05T00:00:00+00:00", **more}
    return msgspec.structs.replace(finding, decision=decision, **said)


def counts(comparison: Comparison) -> tuple[int, int, int]:
    return comparison.fixed, comparison.new, comparison.unchanged


def test_the_same_draft_again_changes_nothing() -> None:
    subject = a_subject(FIRST)
    found = [remark(subject, "TBD", nth) for nth in range(3)]

    findings, comparison = compared(subject, found, reviewed(subject, *found), LOOKED)

    assert {f.baseline for f in findings} == {Baseline.UNCHANGED}
    assert counts(comparison) == (0, 0, 3)
    assert comparison.departed == ()


def test_of_several_alike_the_one_that_was_mended_is_called_fixed() -> None:
    before = a_subject(FIRST)
    earlier = reviewed(before, *(remark(before, "TBD", nth) for nth in range(3)))
    after = a_subject(FIRST.replace("the owner is TBD", "the owner is the sales team"))
    found = [remark(after, "TBD", nth) for nth in range(2)]

    findings, comparison = compared(after, found, earlier, LOOKED)

    assert counts(comparison) == (1, 0, 2)
    (gone,) = comparison.departed
    assert gone.fate is Fate.FIXED
    assert gone.finding.baseline is Baseline.FIXED
    assert gone.finding.anchors[0].prefix.endswith("the owner is ")
    assert [f.baseline for f in findings] == [Baseline.UNCHANGED] * 2


def test_what_is_added_is_new_even_if_it_says_the_same_elsewhere() -> None:
    before = a_subject(FIRST)
    earlier = reviewed(before, remark(before, "TBD"))
    changed = FIRST.replace("The budget is TBD", "The budget is two million")
    after = a_subject(changed.replace("the vendor.", "the vendor, which is TBD."))
    found = [remark(after, "TBD", 2)]

    findings, comparison = compared(after, found, earlier, LOOKED)

    assert counts(comparison) == (1, 1, 0)
    assert findings[0].baseline is Baseline.NEW


def test_a_section_that_has_another_title_makes_nothing_new() -> None:
    before = a_subject(FIRST)
    earlier = reviewed(before, decided(remark(before, "rise considerably", rule="vague")))
    after = a_subject(FIRST.replace("## Risks", "## What can go wrong"))
    found = [remark(after, "rise considerably", rule="vague")]

    findings, comparison = compared(after, found, earlier, LOOKED)

    assert counts(comparison) == (0, 0, 1)
    assert findings[0].decision is Decision.REJECTED


def test_a_finding_of_many_places_of_which_the_first_was_mended_is_the_same() -> None:
    before = a_subject(FIRST)
    places = [remark(before, "TBD", nth).anchors[0] for nth in range(3)]
    many = msgspec.structs.replace(
        remark(before, "TBD"), anchors=tuple(places), occurrences=3, fingerprint="of the first"
    )
    after = a_subject(FIRST.replace("The budget is TBD", "The budget is known"))
    left = [remark(after, "TBD", nth).anchors[0] for nth in range(2)]
    fewer = msgspec.structs.replace(
        remark(after, "TBD"), anchors=tuple(left), occurrences=2, fingerprint="of the second"
    )

    _, comparison = compared(after, [fewer], reviewed(before, many), LOOKED)

    assert counts(comparison) == (0, 0, 1)


def test_a_decision_goes_over_with_its_reason_and_says_so() -> None:
    subject = a_subject(FIRST)
    found = remark(subject, "TBD")
    before = decided(found, Decision.ACCEPTED, suggestion="Write two million.")

    (finding,), _ = compared(subject, [found], reviewed(subject, before), LOOKED)

    assert finding.decision is Decision.ACCEPTED
    assert finding.reason == "as agreed"
    assert finding.decided_at == before.decided_at
    assert finding.suggestion == "Write two million."
    assert finding.carried


@pytest.mark.parametrize("more", [{"severity": Level.HIGH}, {"occurrences": 5}])
def test_a_decision_does_not_cover_what_has_grown(more: dict) -> None:
    subject = a_subject(FIRST)
    found = remark(subject, "TBD")
    grown = msgspec.structs.replace(found, **more)

    (finding,), _ = compared(subject, [grown], reviewed(subject, decided(found)), LOOKED)

    assert finding.baseline is Baseline.UNCHANGED
    assert finding.decision is Decision.OPEN
    assert not finding.carried


def test_what_is_missing_still_is_the_same_though_less_is_missing() -> None:
    subject = a_subject(FIRST)
    before = a_finding(1, rule_id="lacks", fingerprint="two", message="Scope, Tests are missing.")
    after = a_finding(2, rule_id="lacks", fingerprint="one", message="Tests are missing.")

    findings, comparison = compared(subject, [after], reviewed(subject, decided(before)), LOOKED)

    assert counts(comparison) == (0, 0, 1)
    assert findings[0].kind is FindingKind.MISSING
    assert findings[0].decision is Decision.OPEN


def test_what_was_rejected_and_is_gone_is_not_counted_as_fixed() -> None:
    before = a_subject(FIRST)
    after = a_subject(FIRST.replace("TBD", "known"))

    _, comparison = compared(after, [], reviewed(before, decided(remark(before, "TBD"))), LOOKED)

    assert counts(comparison) == (0, 0, 0)
    assert comparison.departed[0].fate is Fate.GONE


@pytest.mark.parametrize(
    ("looked", "more"),
    [
        (Looked(rules={}, reviewer="none"), {}),
        (Looked(rules={"placeholder": 2}, reviewer="none"), {}),
        (Looked(rules={}, reviewer="none"), {"source": Source(engine="llm")}),
        (Looked(rules={}, reviewer="another"), {"source": Source(engine="llm")}),
    ],
    ids=["rule did not run", "rule has changed", "model said nothing", "another model"],
)
def test_words_that_stand_are_not_called_fixed_where_nobody_looked(
    looked: Looked, more: dict
) -> None:
    subject = a_subject(FIRST)
    before = remark(subject, "TBD", **more)

    _, comparison = compared(subject, [], reviewed(subject, before), looked)

    assert counts(comparison) == (0, 0, 0)
    assert comparison.departed[0].fate is Fate.UNKNOWN


def test_words_that_could_not_be_read_are_not_called_fixed() -> None:
    before = a_subject(FIRST)
    after = a_subject("# Plan\n\n## Goals\n\nNothing else.\n")
    half = msgspec.structs.replace(after.document, coverage=Coverage(read=0.5))
    broken = msgspec.structs.replace(
        after.document, problems=(Problem(code="corrupt", message="The rest is damaged."),)
    )

    for document in (half, broken):
        subject = Subject(document, after.sections)
        _, comparison = compared(subject, [], reviewed(before, remark(before, "TBD")), LOOKED)
        assert comparison.departed[0].fate is Fate.UNKNOWN


def test_a_finding_that_was_only_held_back_is_not_called_fixed() -> None:
    subject = a_subject(FIRST)
    before = remark(subject, "TBD")
    looked = msgspec.structs.replace(LOOKED, held_back=(before,))

    _, comparison = compared(subject, [], reviewed(subject, before), looked)

    assert comparison.departed[0].fate is Fate.UNKNOWN


def own(subject: Subject, words: str) -> Finding:
    person = Source(engine="person", name="reader")
    return remark(subject, words, rule="own-finding", id="own-1", source=person)


def test_a_persons_own_finding_goes_where_its_words_are() -> None:
    before = a_subject(FIRST)
    after = a_subject("# Plan\n\nA new beginning.\n\n" + FIRST.partition("\n\n")[2])

    earlier = reviewed(before, own(before, "Nobody knows the vendor"))
    (finding,), comparison = compared(after, [], earlier, LOOKED)

    place = finding.anchors[0]
    assert after.document.text[place.start : place.end] == place.quote == "Nobody knows the vendor"
    assert finding.id == "own-1"
    assert finding.section_id == after.section_at(place.start).id
    assert counts(comparison) == (0, 0, 1)


def test_a_persons_own_finding_whose_words_are_gone_is_listed() -> None:
    before = a_subject(FIRST)
    after = a_subject(FIRST.replace("Nobody knows the vendor", "The vendor is chosen"))

    earlier = reviewed(before, own(before, "Nobody knows the vendor"))
    findings, comparison = compared(after, [], earlier, LOOKED)

    assert findings == ()
    assert comparison.departed[0].fate is Fate.GONE
    assert comparison.departed[0].finding.anchors[0].quote == "Nobody knows the vendor"


def test_a_word_that_stands_everywhere_is_not_taken_for_that_of_a_remark() -> None:
    before = a_subject(FIRST)
    after = a_subject("# Plan\n\n## Goals\n\nThe one is here, and the other is there.\n")

    _, comparison = compared(after, [], reviewed(before, own(before, "is")), LOOKED)

    assert comparison.departed[0].fate is Fate.GONE


def test_an_analysis_compares_with_the_draft_before_and_weighs_what_was_decided(tmp_path) -> None:
    first, second = tmp_path / "first.md", tmp_path / "second.md"
    first.write_text("# Plan\n\nThe budget is TODO.\n\nThe owner is TODO of the firm.\n")
    second.write_text("# Plan\n\nThe budget is ten.\n\nThe owner is TODO of the firm.\n")
    analyzer = DocumentAnalyzer()
    before = analyzer.analyze(first)
    rejected = tuple(decided(finding) for finding in before.findings)

    same = analyzer.analyze(first, earlier=msgspec.structs.replace(before, findings=rejected))
    after = analyzer.analyze(second, earlier=before)

    assert before.risk.score > 0
    assert same.risk.score == 0
    assert same.comparison.unchanged == len(before.findings)
    assert after.comparison.sha256 == before.document.sha256
    quotes = {a.quote for one in after.comparison.departed for a in one.finding.anchors[:1]}
    assert quotes or after.comparison.unchanged
    assert all(
        after.document.text[a.start : a.end] == a.quote for f in after.findings for a in f.anchors
    )
