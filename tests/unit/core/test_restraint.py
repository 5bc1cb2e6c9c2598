"""One remark for one place: what is merged, and what is not."""

from pathlib import Path

from ai_prism.core import playbook, restraint
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.model import Anchor, Finding, Level


def a_finding(
    id: str, *places: tuple[int, int], category: str = "legal", confidence: float = 0.9
) -> Finding:
    return Finding(
        id=id,
        fingerprint=id,
        rule_id=id,
        rule_version=1,
        kind="problem",
        category=category,
        severity=Level.HIGH,
        confidence=confidence,
        title=id,
        message=id,
        why=id,
        suggestion=id,
        anchors=tuple(Anchor(start=start, end=end, quote="x") for start, end in places),
    )


def ids(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.id for finding in findings]


def test_of_two_findings_on_one_place_the_first_stays() -> None:
    findings = [a_finding("a", (490, 510)), a_finding("b", (505, 520)), a_finding("c", (510, 512))]

    assert ids(restraint.merged(findings)) == ["a", "c"]


def test_findings_of_another_category_or_with_more_places_stay() -> None:
    findings = [
        a_finding("a", (0, 10)),
        a_finding("b", (0, 10), category="clarity"),
        a_finding("c", (0, 10), (20, 30)),
        a_finding("d"),
    ]

    assert ids(restraint.merged(findings)) == ["a", "b", "c", "d"]


def test_findings_that_are_too_unsure_are_counted_and_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "plan.md"
    file.write_text("The fee is TBD, and the the plan is old.", encoding="utf-8")
    strict = playbook.parse(
        "name: strict\nversion: '1'\ntitle: T\nextends: general\nleast_confidence: 0.92"
    )

    review = DocumentAnalyzer(strict).analyze(file)

    assert [finding.rule_id for finding in review.findings] == ["repeated-word"]
    assert review.receipt.findings_held_back == 1


def test_a_paragraph_that_is_copied_is_told_beside_a_sentence_of_it_that_is_too_long(
    tmp_path: Path,
) -> None:
    file = tmp_path / "plan.md"
    long = " and ".join(["the list of the day is read by the clerk on duty"] * 6)
    file.write_text(f"# Plan\n\nEvery day {long}.\n\nElse.\n\nEvery day {long}.", encoding="utf-8")

    review = DocumentAnalyzer().analyze(file)

    assert {"duplicate-paragraph", "long-sentence"} <= {f.rule_id for f in review.findings}
