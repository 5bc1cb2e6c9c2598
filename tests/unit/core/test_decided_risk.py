"""The risk follows what people decide, at once and in the right direction, for all of it."""

from functools import cache
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_prism import examples
from ai_prism.core import playbook
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.model import Decision, Finding, Review, Risk
from ai_prism.core.risk import RiskWeights, after

#: From what counts whole to what does not count.
ORDER = list(Decision)


@cache
def reviewed() -> tuple[Review, RiskWeights]:
    """Return the review of an example, and the weights of its playbook."""
    path = examples.path("design-document.md")
    review = DocumentAnalyzer().analyze(path)
    return review, playbook.load(review.playbook.name).risk


def risks_of(review: Review) -> list[Risk]:
    return [review.risk, *(section.risk for section in review.sections if section.risk)]


# Deferred, so that a run which leaves these tests out reviews nothing.
found = st.deferred(lambda: st.sampled_from(reviewed()[0].findings))
decisions = st.deferred(
    lambda: st.fixed_dictionaries(
        {}, optional={finding.id: st.sampled_from(Decision) for finding in reviewed()[0].findings}
    )
)


def test_without_decisions_the_review_is_as_it_was() -> None:
    review, weights = reviewed()

    assert after({}, review, weights) == review
    assert after({"nobody's": Decision.REJECTED}, review, weights) == review


@settings(deadline=None)
@given(decisions, found)
def test_to_decide_on_one_more_raises_no_risk_anywhere(
    before: dict[str, Decision], finding: Finding
) -> None:
    review, weights = reviewed()
    steps = [after({**before, finding.id: decision}, review, weights) for decision in ORDER]

    for higher, lower in pairwise(steps):
        for one, other in zip(risks_of(higher), risks_of(lower), strict=True):
            assert other.score <= one.score
            assert other.level.rank >= one.level.rank


@settings(deadline=None)
@given(decisions, decisions)
def test_only_the_last_decision_on_each_finding_counts(
    first: dict[str, Decision], then: dict[str, Decision]
) -> None:
    review, weights = reviewed()

    in_turn = after(then, after(first, review, weights), weights)

    assert in_turn == after(first | then, review, weights)


def test_what_is_rejected_altogether_leaves_no_risk_and_opening_brings_it_back() -> None:
    review, weights = reviewed()
    ids = [finding.id for finding in review.findings]

    rejected = after(dict.fromkeys(ids, Decision.REJECTED), review, weights)

    assert [risk.score for risk in risks_of(rejected)] == [0] * (len(review.sections) + 1)
    assert rejected.risk.register == ()
    assert after(dict.fromkeys(ids, Decision.OPEN), rejected, weights) == review


def test_an_owner_who_was_filled_in_stays_with_the_risk() -> None:
    review, weights = reviewed()
    owned = tuple(msgspec.structs.replace(entry, owner="Kim") for entry in review.risk.register)
    risk = msgspec.structs.replace(review.risk, register=owned)
    review = msgspec.structs.replace(review, risk=risk)

    decided = after({review.findings[0].id: Decision.ACCEPTED}, review, weights)

    assert {entry.owner for entry in decided.risk.register} == {"Kim"}
