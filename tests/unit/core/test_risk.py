"""The risk of findings: monotone, explained, and nought without findings."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_prism.core.model import Anchor, Decision, Finding, FindingKind, Level
from ai_prism.core.risk import FindingsRisk, RiskWeights
from ai_prism.core.risk.findings import risk_of, risk_of_section
from ai_prism.core.risk.register import level_of, register_of
from ai_prism.core.risk.weights import NamedRisk
from ai_prism.testing import a_subject

WEIGHTS = RiskWeights()


def a_finding(
    severity: Level = Level.HIGH,
    confidence: float = 0.9,
    rule: str = "placeholder",
    category: str = "clarity",
    start: int = 0,
    decision: Decision = Decision.OPEN,
) -> Finding:
    return Finding(
        id=f"{rule}-{start}",
        fingerprint="f",
        rule_id=rule,
        rule_version=1,
        kind=FindingKind.PROBLEM,
        category=category,
        severity=severity,
        confidence=confidence,
        title=rule.title(),
        message="m",
        why="w",
        suggestion="s",
        anchors=(Anchor(start=start, end=start + 1, quote="x"),),
        decision=decision,
    )


findings = st.builds(
    a_finding,
    severity=st.sampled_from(Level),
    confidence=st.floats(0.0, 1.0),
    rule=st.sampled_from(["a", "b", "c", "d"]),
    category=st.sampled_from(["clarity", "security"]),
)


def test_no_findings_is_low_risk_with_no_score_and_no_drivers() -> None:
    risk = risk_of([], WEIGHTS)

    assert (risk.level, risk.score, risk.drivers) == (Level.LOW, 0, ())


@given(st.lists(findings, max_size=60), findings)
def test_one_more_finding_never_lowers_the_risk(before: list[Finding], more: Finding) -> None:
    weights = RiskWeights(categories={"security": 3.0})

    lower, higher = risk_of(before, weights), risk_of([*before, more], weights)

    assert higher.score >= lower.score
    assert higher.level.rank <= lower.level.rank


@given(st.lists(findings, max_size=30), findings)
def test_one_more_finding_never_lowers_the_risk_of_a_section(
    before: list[Finding], more: Finding
) -> None:
    lower, higher = risk_of_section(before, WEIGHTS), risk_of_section([*before, more], WEIGHTS)

    assert higher.score >= lower.score
    assert higher.level.rank <= lower.level.rank


@given(st.lists(findings, min_size=1, max_size=20), st.integers(0, 19))
def test_accepting_lowers_no_less_than_nothing_and_rejecting_no_less_than_accepting(
    found: list[Finding], place: int
) -> None:
    place %= len(found)

    def decided(decision: Decision) -> list[Finding]:
        changed = msgspec.structs.replace(found[place], decision=decision)
        return [*found[:place], changed, *found[place + 1 :]]

    for risk in (risk_of, risk_of_section):
        left = [risk(decided(decision), WEIGHTS).score for decision in Decision]
        assert left == sorted(left, reverse=True)


@given(st.lists(findings, max_size=30), findings)
def test_one_more_finding_never_takes_a_risk_off_the_register(
    before: list[Finding], more: Finding
) -> None:
    weights = RiskWeights(
        risks=(
            NamedRisk(
                id="n", risk="R", impact=Level.HIGH, mitigation="M", categories=("security",)
            ),
        )
    )

    shorter, longer = register_of(before, weights), register_of([*before, more], weights)

    assert len(shorter) <= len(longer) <= len(shorter) + 1
    told = {id for entry in longer for id in entry.evidence}
    assert told == {finding.id for finding in [*before, more]}


def test_a_grave_and_sure_finding_settles_the_level_of_its_section() -> None:
    assert risk_of_section([a_finding()], WEIGHTS).level is Level.HIGH
    assert risk_of_section([a_finding(Level.MEDIUM)], WEIGHTS).level is Level.MEDIUM
    assert risk_of_section([a_finding(confidence=0.4)], WEIGHTS).level is Level.LOW


def test_a_section_is_no_graver_than_the_risk_that_its_finding_tells_of() -> None:
    named = NamedRisk(
        id="wrong-figures", risk="r", impact=Level.MEDIUM, mitigation="m", rules=("total",)
    )
    weights = RiskWeights(risks=(named,))

    assert risk_of_section([a_finding(rule="total")], weights).level is Level.MEDIUM
    assert risk_of_section([a_finding(Level.LOW, rule="total")], weights).level is Level.LOW
    assert risk_of_section([a_finding(rule="other")], weights).level is Level.HIGH


def test_a_repeat_is_a_small_remark_and_settles_the_level_of_its_own_section() -> None:
    repeat = msgspec.structs.replace(a_finding(Level.LOW), impact=Level.HIGH)

    assert risk_of_section([repeat], WEIGHTS).level is Level.HIGH
    assert risk_of([repeat], WEIGHTS) == risk_of([a_finding(Level.LOW)], WEIGHTS)


def test_what_is_likely_and_grave_is_a_high_risk() -> None:
    assert level_of(Level.HIGH, Level.MEDIUM) is Level.HIGH
    assert level_of(Level.LOW, Level.HIGH) is Level.MEDIUM
    assert level_of(Level.MEDIUM, Level.LOW) is Level.LOW


def test_a_rejected_finding_leaves_the_register() -> None:
    assert register_of([a_finding(decision=Decision.REJECTED)], WEIGHTS) == ()


@given(st.lists(findings, min_size=1, max_size=60))
def test_the_shares_of_the_drivers_add_up_to_one(found: list[Finding]) -> None:
    risk = risk_of(found, WEIGHTS)

    if risk.drivers:
        assert math.isclose(sum(driver.share for driver in risk.drivers), 1.0, abs_tol=1e-9)
    assert 0 <= risk.score <= 100


def test_an_unsure_finding_weighs_less_than_a_sure_one() -> None:
    unsure, sure = a_finding(confidence=0.3), a_finding(confidence=0.95)

    assert risk_of([unsure], WEIGHTS).score < risk_of([sure], WEIGHTS).score


def test_a_category_that_the_playbook_weighs_more_counts_more() -> None:
    secret = a_finding(category="security")

    plain = risk_of([secret], RiskWeights())
    weighed = risk_of([secret], RiskWeights(categories={"security": 2.0}))

    assert weighed.score > plain.score


def test_any_number_of_slips_of_low_severity_stays_a_low_risk() -> None:
    slips = [a_finding(severity=Level.LOW, start=place) for place in range(500)]

    assert risk_of(slips, WEIGHTS).level is Level.LOW


def test_a_rejected_finding_does_not_count() -> None:
    rejected = a_finding(decision=Decision.REJECTED)

    assert risk_of([rejected], WEIGHTS) == risk_of([], WEIGHTS)


def test_findings_of_one_rule_are_one_driver_and_the_heaviest_comes_first() -> None:
    found = [
        a_finding(Level.LOW, rule="words", start=1),
        a_finding(rule="owners", start=2),
        a_finding(rule="owners", start=3),
    ]

    drivers = risk_of(found, WEIGHTS).drivers

    assert [driver.title for driver in drivers] == ["Owners", "Words"]
    assert drivers[0].findings == ("owners-2", "owners-3")


def test_a_section_answers_for_its_subsections_and_not_for_its_neighbours() -> None:
    subject = a_subject("# Plan\n\n## Costs\n\n### Travel\n\nNone.\n\n## Risks\n\nNone.")
    travel = subject.document.text.index("Travel")

    verdict = FindingsRisk().assess(subject, [a_finding(start=travel + 7)], WEIGHTS)

    scores = {s.title: s.risk.score for s in verdict.sections if s.risk}
    assert scores == {
        "Plan": WEIGHTS.high_from,
        "Costs": WEIGHTS.high_from,
        "Travel": WEIGHTS.high_from,
        "Risks": 0,
    }


@pytest.mark.parametrize("severity", [Level.MEDIUM, Level.HIGH])
def test_the_level_follows_the_thresholds_of_the_playbook(severity: Level) -> None:
    weights = RiskWeights(high_from=1)

    assert risk_of([a_finding(severity)], weights).level is Level.HIGH


def test_what_insists_less_weighs_as_much_as_is_at_stake() -> None:
    told = a_finding(Level.HIGH)
    hushed = msgspec.structs.replace(told, severity=Level.LOW, stake=Level.HIGH)

    assert risk_of([hushed], WEIGHTS).score == risk_of([told], WEIGHTS).score
    assert register_of([hushed], WEIGHTS) == register_of([told], WEIGHTS)
