"""Decisions on findings: kept at once, kept through whatever happens to the review, weighed."""

import threading

import msgspec
import pytest

from ai_prism.core.errors import Corrupt
from ai_prism.core.model import Decision, Finding, Level, Review
from ai_prism.storage.database import Database
from ai_prism.storage.decisions import Decisions, Remark, Ruling, UnknownFinding, WrongPlace
from ai_prism.storage.reviews import NotPossible, Reviews, UnknownReview
from ai_prism.storage.work import News
from support.storage import OWNER, Accept, MakeWork

REJECTED = Ruling(decision=Decision.REJECTED, reason="It is meant so.")
ACCEPTED = Ruling(decision=Decision.ACCEPTED)
OPEN = Ruling(decision=Decision.OPEN)


@pytest.fixture
def decisions(database: Database) -> Decisions:
    return Decisions(database)


@pytest.fixture
def finished(accept: Accept, make_work: MakeWork, analysed: Review) -> str:
    review_id = accept()
    work = make_work()
    work.finish(work.claim(review_id), analysed)
    return review_id


def remark(review: Review, **changes: object) -> Remark:
    start = review.document.text.index("the plan")
    made = Remark(
        start=start,
        end=start + len("the plan"),
        quote="the plan",
        message="Which plan?",
        title="Unclear",
        severity=Level.HIGH,
        suggestion="Name it.",
    )
    return msgspec.structs.replace(made, **changes)


def test_a_decision_stands_in_the_review_with_its_reason_and_time(
    reviews: Reviews, decisions: Decisions, finished: str, analysed: Review
) -> None:
    ruling = Ruling(decision=Decision.ACCEPTED, reason="True.", suggestion="Mine is better.")

    decisions.decide(finished, OWNER, [analysed.findings[0].id], ruling)

    first, *others = reviews.find(finished, OWNER).findings
    assert (first.decision, first.reason) == (Decision.ACCEPTED, "True.")
    assert first.suggestion == "Mine is better."
    assert first.decided_at is not None
    assert first.decided_at.endswith("+00:00")
    assert tuple(others) == analysed.findings[1:]


def test_risk_sinks_with_what_is_rejected_and_comes_back_when_it_is_opened_again(
    reviews: Reviews, decisions: Decisions, finished: str, analysed: Review
) -> None:
    before = reviews.find(finished, OWNER)
    scores = []
    for finding in analysed.findings:
        decisions.decide(finished, OWNER, [finding.id], REJECTED)
        scores.append(reviews.summary(finished, OWNER).risk.score)
    without = reviews.find(finished, OWNER)
    decisions.decide(finished, OWNER, [f.id for f in analysed.findings], OPEN)

    assert before.outcome.risk.score > 0
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] == 0
    assert {section.risk.score for section in without.sections} == {0}
    assert without.summary.counts == dict.fromkeys(Level, 0)
    assert without.summary.decided == len(analysed.findings)
    after = reviews.find(finished, OWNER)
    assert (after.outcome, after.sections, after.findings) == (
        before.outcome,
        before.sections,
        before.findings,
    )


def test_a_watcher_is_told_what_was_decided_and_nothing_else(
    reviews: Reviews, decisions: Decisions, finished: str, analysed: Review
) -> None:
    seen = reviews.summary(finished, OWNER).version
    chosen = analysed.findings[1].id

    version = decisions.decide(finished, OWNER, [chosen], REJECTED)

    change = reviews.changes_since(finished, OWNER, seen)
    assert change.version == version > seen
    assert [(f.id, f.decision) for f in change.findings] == [(chosen, Decision.REJECTED)]


def test_all_of_a_rule_leaves_alone_what_was_decided_one_by_one(
    reviews: Reviews, decisions: Decisions, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    alike = tuple(
        msgspec.structs.replace(analysed.findings[0], id=f"same-{number}") for number in range(3)
    )
    review_id, work = accept(), make_work()
    work.finish(
        work.claim(review_id),
        msgspec.structs.replace(analysed, findings=alike + analysed.findings[1:]),
    )
    decisions.decide(review_id, OWNER, ["same-1"], ACCEPTED)

    decisions.decide_rule(review_id, OWNER, alike[0].rule_id, REJECTED)

    said = {f.id: f.decision for f in reviews.find(review_id, OWNER).findings}
    assert [said[f.id] for f in alike] == [Decision.REJECTED, Decision.ACCEPTED, Decision.REJECTED]
    others = {f.decision for f in reviews.find(review_id, OWNER).findings if f not in alike}
    assert Decision.OPEN in others
    decisions.decide_rule(review_id, OWNER, alike[0].rule_id, OPEN)
    said = {f.id: f.decision for f in reviews.find(review_id, OWNER).findings}
    assert set(said.values()) == {Decision.OPEN}


def test_two_decisions_at_once_come_one_after_the_other(
    reviews: Reviews, decisions: Decisions, finished: str, analysed: Review
) -> None:
    start = threading.Barrier(8)

    def decide(number: int) -> None:
        start.wait()
        finding = analysed.findings[number % len(analysed.findings)]
        decisions.decide(finished, OWNER, [finding.id], REJECTED if number % 2 else ACCEPTED)

    seen = reviews.summary(finished, OWNER).version
    threads = [threading.Thread(target=decide, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stored = reviews.find(finished, OWNER)
    assert stored.summary.version == seen + 8
    assert stored.summary.decided == min(8, len(analysed.findings))
    # The risk is that of the findings as they stand, whichever came last.
    decisions.decide(finished, OWNER, [stored.findings[0].id], _ruling_of(stored.findings[0]))
    assert reviews.find(finished, OWNER).outcome.risk == stored.outcome.risk


def _ruling_of(finding: object) -> Ruling:
    return Ruling(decision=finding.decision, reason=finding.reason)


def test_what_is_decided_while_the_review_runs_outlasts_its_end(
    reviews: Reviews,
    decisions: Decisions,
    accept: Accept,
    make_work: MakeWork,
    analysed: Review,
) -> None:
    review_id, work = accept(), make_work()
    claim = work.claim(review_id)
    work.record(claim, News(document=analysed.document, findings=analysed.findings[:1]))
    decisions.decide(review_id, OWNER, [analysed.findings[0].id], REJECTED)
    own = decisions.add(review_id, OWNER, remark(analysed))

    work.finish(claim, analysed)

    stored = reviews.find(review_id, OWNER)
    said = {finding.id: finding.decision for finding in stored.findings}
    assert said[analysed.findings[0].id] is Decision.REJECTED
    assert said[own.id] is Decision.OPEN
    drivers = {id_ for driver in stored.outcome.risk.drivers for id_ in driver.findings}
    assert own.id in drivers
    assert analysed.findings[0].id not in drivers


def test_a_retry_that_finds_it_elsewhere_knows_it_by_its_fingerprint(
    reviews: Reviews, decisions: Decisions, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    review_id, work = accept(), make_work()
    work.fail(work.claim(review_id), Corrupt("It is damaged."), News(findings=analysed.findings))
    decisions.decide(review_id, OWNER, [analysed.findings[0].id], REJECTED)
    reviews.retry(review_id, OWNER)
    moved = msgspec.structs.replace(analysed.findings[0], id="moved")

    again = msgspec.structs.replace(analysed, findings=(moved, *analysed.findings[1:]))
    work.finish(work.claim(review_id), again)

    stored = {finding.id: finding for finding in reviews.find(review_id, OWNER).findings}
    assert stored.keys() == {finding.id for finding in again.findings}
    assert stored["moved"].decision is Decision.REJECTED
    assert stored["moved"].reason == "It is meant so."


def test_of_the_same_words_found_twice_each_keeps_what_was_said_of_it(
    reviews: Reviews, decisions: Decisions, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    def twice(name: str) -> tuple[Finding, ...]:
        ids = (f"{name}-1", f"{name}-2")
        return tuple(msgspec.structs.replace(analysed.findings[0], id=id_) for id_ in ids)

    review_id, work = accept(), make_work()
    work.fail(work.claim(review_id), Corrupt("It is damaged."), News(findings=twice("before")))
    decisions.decide(review_id, OWNER, ["before-1"], REJECTED)
    decisions.decide(review_id, OWNER, ["before-2"], ACCEPTED)
    reviews.retry(review_id, OWNER)
    claim = work.claim(review_id)
    seen = work.record(claim, News(findings=twice("now"))).version

    work.finish(claim, msgspec.structs.replace(analysed, findings=twice("now")))

    told = {f.id: f.decision for f in reviews.changes_since(review_id, OWNER, seen).findings}
    assert told == {"now-1": Decision.REJECTED, "now-2": Decision.ACCEPTED}


def test_a_finding_of_ones_own_quotes_the_document_exactly(
    reviews: Reviews, decisions: Decisions, finished: str, analysed: Review
) -> None:
    own = decisions.add(finished, OWNER, remark(analysed))

    stored = reviews.find(finished, OWNER)
    anchor = own.anchors[0]
    assert own in stored.findings
    assert analysed.document.text[anchor.start : anchor.end] == anchor.quote == "the plan"
    assert own.source.engine == "person"
    assert own.section_id == analysed.sections[0].id
    assert stored.outcome.risk.score > analysed.risk.score


@pytest.mark.parametrize(
    "changes", [{"quote": "the plane"}, {"start": 0}, {"end": 10**6}, {"start": 9, "end": 9}]
)
def test_what_the_document_does_not_say_there_is_refused(
    decisions: Decisions,
    reviews: Reviews,
    finished: str,
    analysed: Review,
    changes: dict[str, object],
) -> None:
    version = reviews.summary(finished, OWNER).version

    with pytest.raises(WrongPlace):
        decisions.add(finished, OWNER, remark(analysed, **changes))

    assert reviews.summary(finished, OWNER).version == version


def test_before_the_document_is_read_nothing_can_be_remarked(
    decisions: Decisions, accept: Accept, analysed: Review
) -> None:
    with pytest.raises(NotPossible):
        decisions.add(accept(), OWNER, remark(analysed))


def test_nobody_decides_on_what_is_not_theirs_or_is_gone(
    reviews: Reviews, decisions: Decisions, finished: str, analysed: Review
) -> None:
    chosen = [analysed.findings[0].id]

    with pytest.raises(UnknownReview):
        decisions.decide(finished, "somebody else", chosen, REJECTED)
    with pytest.raises(UnknownFinding):
        decisions.decide(finished, OWNER, [*chosen, "none"], REJECTED)
    assert reviews.find(finished, OWNER).findings == analysed.findings
    reviews.delete(finished, OWNER)
    with pytest.raises(UnknownReview):
        decisions.decide(finished, OWNER, chosen, REJECTED)
    with pytest.raises(UnknownReview):
        decisions.add(finished, OWNER, remark(analysed))
