"""Drafts in the database: what a review keeps of the one before, on both databases."""

import io

import pytest

from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.errors import Corrupt
from ai_prism.core.model import Baseline, Decision, Level, Review
from ai_prism.storage.database import Database
from ai_prism.storage.decisions import Decisions, Remark, Ruling
from ai_prism.storage.drafts import PreviousNotReady, UnknownPrevious, previous
from ai_prism.storage.files import Files
from ai_prism.storage.reviews import Reviews
from ai_prism.storage.work import News
from support.reviews import beside
from support.storage import OWNER, TEXT, Accept, MakeWork

REJECTED = Ruling(decision=Decision.REJECTED, reason="It is meant so.")
OPEN = Ruling(decision=Decision.OPEN)
NEXT = TEXT.replace(b"The the plan is TBD.", b"The plan is made.") + b"\n## Cost\n\nIt is TBD.\n"


@pytest.fixture
def decisions(database: Database) -> Decisions:
    return Decisions(database)


@pytest.fixture
def first(accept: Accept, make_work: MakeWork, analysed: Review) -> str:
    review_id = accept()
    work = make_work()
    work.finish(work.claim(review_id), analysed)
    return review_id


@pytest.fixture
def accept_draft(reviews: Reviews, database: Database, files: Files):
    """Return a function that takes in a draft of the review that it is given."""

    def make(of: str) -> str:
        upload = files.receive(io.BytesIO(NEXT), "draft", 10_000)
        before = previous(database, of, OWNER)
        return reviews.accept(
            upload, owner=OWNER, name="b.md", media_type="text/markdown", previous=before
        )

    return make


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """The review of the draft by itself."""
    path = tmp_path_factory.mktemp("drafts") / "b.md"
    path.write_bytes(NEXT)
    return DocumentAnalyzer().analyze(path)


@pytest.fixture
def finish(make_work: MakeWork, reviews: Reviews, alone: Review):
    """Return a function that ends a draft that waits, as a worker does."""

    def make(review_id: str) -> Review:
        work = make_work()
        claim = work.claim(review_id)
        made = beside(reviews.find(claim.previous, OWNER).review, alone)
        work.record(claim, News(document=alone.document, findings=alone.findings))
        work.finish(claim, made)
        return made

    return make


def test_a_draft_keeps_how_it_stands_to_the_one_before(
    reviews: Reviews, decisions: Decisions, first: str, accept_draft, finish
) -> None:
    found = reviews.find(first, OWNER).findings
    decisions.decide(first, OWNER, [f.id for f in found], REJECTED)

    made = finish(draft := accept_draft(first))

    stored = reviews.find(draft, OWNER)
    assert stored.findings == made.findings
    assert stored.comparison == made.comparison
    assert stored.summary.risk.score < made.risk.score
    assert stored.comparison.unchanged > 0
    assert stored.comparison.departed
    unchanged = [f for f in stored.findings if f.baseline is Baseline.UNCHANGED]
    assert {(f.decision, f.reason, f.carried) for f in unchanged} == {
        (Decision.REJECTED, "It is meant so.", True)
    }
    assert stored.summary.decided == len(unchanged)
    assert (stored.summary.previous, stored.summary.first_draft) == (first, first)


def test_a_decision_that_came_from_the_draft_before_can_be_taken_back(
    reviews: Reviews, decisions: Decisions, first: str, accept_draft, finish
) -> None:
    found = reviews.find(first, OWNER).findings
    decisions.decide(first, OWNER, [f.id for f in found], REJECTED)
    finish(draft := accept_draft(first))
    carried = [f for f in reviews.find(draft, OWNER).findings if f.carried]

    decisions.decide(draft, OWNER, [f.id for f in carried], OPEN)

    after = reviews.find(draft, OWNER).findings
    assert {f.decision for f in after} == {Decision.OPEN}
    assert not any(f.carried or f.reason for f in after)
    assert {f.baseline for f in after} == {Baseline.NEW, Baseline.UNCHANGED}


def test_what_is_decided_while_a_draft_is_analysed_outweighs_the_draft_before(
    reviews: Reviews, decisions: Decisions, first: str, accept_draft, make_work, alone
) -> None:
    found = reviews.find(first, OWNER).findings
    decisions.decide(first, OWNER, [f.id for f in found], REJECTED)
    draft, work = accept_draft(first), make_work()
    claim = work.claim(draft)
    earlier = reviews.find(first, OWNER).review
    made = beside(earlier, alone)
    chosen = next(f for f in made.findings if f.carried)
    work.record(claim, News(document=made.document, findings=made.findings))
    accepted = Ruling(decision=Decision.ACCEPTED, reason="Now true.")
    decisions.decide(draft, OWNER, [chosen.id], accepted)

    work.finish(claim, made)

    after = {f.id: f for f in reviews.find(draft, OWNER).findings}[chosen.id]
    assert (after.decision, after.reason, after.carried) == (Decision.ACCEPTED, "Now true.", False)
    assert after.baseline is Baseline.UNCHANGED


def test_what_a_draft_quotes_of_the_one_before_is_deleted_with_that(
    reviews: Reviews, first: str, accept_draft, finish
) -> None:
    finish(draft := accept_draft(first))

    reviews.delete(first, OWNER)

    stored = reviews.find(draft, OWNER)
    assert stored.comparison is None
    assert stored.review.comparison is None
    assert stored.findings


def test_a_draft_whose_predecessor_is_deleted_meanwhile_is_reviewed_all_the_same(
    reviews: Reviews, first: str, accept_draft, make_work, alone
) -> None:
    draft, work = accept_draft(first), make_work()
    claim = work.claim(draft)
    earlier = reviews.find(first, OWNER).review
    made = beside(earlier, alone)
    reviews.delete(first, OWNER)

    work.finish(claim, made)

    stored = reviews.find(draft, OWNER)
    assert stored.comparison is None
    assert len(stored.findings) == len(made.findings)


def test_drafts_of_drafts_stand_with_the_first(
    reviews: Reviews, first: str, accept_draft, finish
) -> None:
    finish(second := accept_draft(first))
    finish(third := accept_draft(second))

    drafts = {r.id: (r.previous, r.first_draft) for r in reviews.history(OWNER)}
    assert drafts == {first: (None, first), second: (first, first), third: (second, first)}


def test_only_a_finished_review_of_ones_own_has_drafts(
    database: Database, accept: Accept, first: str, make_work: MakeWork
) -> None:
    waiting, failed = accept(), accept()
    work = make_work()
    work.fail(work.claim(failed), Corrupt("It is damaged."), News())

    for review_id in ("nonesuch", "x" * 300, "a\0b"):
        with pytest.raises(UnknownPrevious):
            previous(database, review_id, OWNER)
    with pytest.raises(UnknownPrevious):
        previous(database, first, "somebody else")
    for review_id in (waiting, failed):
        with pytest.raises(PreviousNotReady):
            previous(database, review_id, OWNER)


def test_a_persons_own_finding_stands_in_the_next_draft_too(
    reviews: Reviews, decisions: Decisions, first: str, accept_draft, finish
) -> None:
    text = reviews.find(first, OWNER).document.text
    start = text.index("We wait")
    remark = Remark(
        start=start, end=start + 7, quote="We wait", message="Who?", title="Who",
        severity=Level.HIGH, suggestion="Name them.",
    )  # fmt: skip
    own = decisions.add(first, OWNER, remark)

    finish(draft := accept_draft(first))

    stored = reviews.find(draft, OWNER)
    (same,) = [f for f in stored.findings if f.id == own.id]
    place = same.anchors[0]
    assert stored.document.text[place.start : place.end] == "We wait"
    assert same.baseline is Baseline.UNCHANGED
    assert same.message == "Who?"
