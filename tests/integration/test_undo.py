"""Deleting with a way back: gone for everybody at once, back for a moment, then gone for good."""

import io
import time

import pytest
import sqlalchemy as sa

from ai_prism.core.model import Decision, Review
from ai_prism.settings import Settings
from ai_prism.storage.database import Database
from ai_prism.storage.decisions import Decisions, Ruling
from ai_prism.storage.drafts import UnknownPrevious, previous
from ai_prism.storage.files import Files
from ai_prism.storage.retention import Retention
from ai_prism.storage.reviews import Reviews, UnknownReview
from ai_prism.storage.tables import reviews as table
from ai_prism.storage.undo import UNDO_SECONDS, Undo
from support.reviews import beside
from support.storage import OWNER, TEXT, Accept, MakeWork


@pytest.fixture
def undo(database: Database) -> Undo:
    return Undo(database)


@pytest.fixture
def finished(accept: Accept, make_work: MakeWork, analysed: Review) -> str:
    review_id = accept(key="k")
    work = make_work()
    work.finish(work.claim(review_id), analysed)
    return review_id


def long_ago(database: Database, review_id: str) -> None:
    """Let the time be over in which a review can be brought back."""
    with database.writing() as connection:
        when = {"deleted_at": time.time() - UNDO_SECONDS}
        connection.execute(sa.update(table).where(table.c.id == review_id).values(when))


def test_what_is_discarded_exists_for_nobody(
    database: Database, reviews: Reviews, undo: Undo, finished: str
) -> None:
    undo.discard(finished, OWNER)

    assert reviews.history(OWNER) == ()
    for look in (reviews.find, reviews.summary, reviews.cancel, reviews.retry, reviews.delete):
        with pytest.raises(UnknownReview):
            look(finished, OWNER)
    with pytest.raises(UnknownReview):
        reviews.changes_since(finished, OWNER, 0)
    with pytest.raises(UnknownReview):
        undo.discard(finished, OWNER)
    with pytest.raises(UnknownPrevious):
        previous(database, finished, OWNER)
    with pytest.raises(UnknownReview):
        Decisions(database).decide_rule(finished, OWNER, "x", Ruling(decision=Decision.ACCEPTED))
    assert reviews.sent_before(OWNER, "k") is None


def test_it_comes_back_as_it_was(reviews: Reviews, files: Files, undo: Undo, finished: str) -> None:
    before = reviews.find(finished, OWNER)
    undo.discard(finished, OWNER)
    (offered,) = undo.discarded(OWNER)

    undo.restore(finished, OWNER)

    after = reviews.find(finished, OWNER)
    assert after.review == before.review
    assert (offered.id, offered.name) == (finished, "plan.md")
    assert 0 < offered.seconds_left <= UNDO_SECONDS
    assert undo.discarded(OWNER) == ()
    with files.at_hand(before.document.sha256, finished) as path:
        assert path.read_bytes() == TEXT


def test_nobody_else_can_discard_or_restore_it(undo: Undo, finished: str) -> None:
    with pytest.raises(UnknownReview):
        undo.discard(finished, "somebody else")
    undo.discard(finished, OWNER)

    assert undo.discarded("somebody else") == ()
    with pytest.raises(UnknownReview):
        undo.restore(finished, "somebody else")


def test_once_the_time_is_over_all_of_it_is_deleted(
    database: Database, files: Files, undo: Undo, finished: str, accept: Accept
) -> None:
    other = accept()
    undo.discard(finished, OWNER)
    retention, forgotten = Retention(database, files, Settings(keep_days=0)), []
    retention.delete_discarded(forgotten.append)
    assert forgotten == []
    long_ago(database, finished)

    assert undo.discarded(OWNER) == ()
    with pytest.raises(UnknownReview):
        undo.restore(finished, OWNER)
    retention.delete_discarded(forgotten.append)

    assert forgotten == [finished]
    with database.reading() as connection:
        assert connection.scalars(sa.select(table.c.id)).all() == [other]
    assert [name.rpartition("/")[2] for name in files.older_than(time.time() + 60)] == [other]


def test_a_review_that_waits_is_not_begun_while_it_is_discarded(
    undo: Undo, accept: Accept, make_work: MakeWork
) -> None:
    waiting, work = accept(), make_work()
    undo.discard(waiting, OWNER)

    assert work.claim(waiting) is None
    undo.restore(waiting, OWNER)
    assert work.claim(waiting) is not None


def test_a_later_draft_quotes_it_no_more_until_it_is_back(
    database: Database,
    reviews: Reviews,
    files: Files,
    undo: Undo,
    finished: str,
    make_work: MakeWork,
    analysed: Review,
) -> None:
    upload = files.receive(io.BytesIO(TEXT), "draft", 10_000)
    draft = reviews.accept(
        upload,
        owner=OWNER,
        name="plan.md",
        media_type="text/markdown",
        previous=previous(database, finished, OWNER),
    )
    work = make_work()
    work.finish(work.claim(draft), beside(analysed, analysed))

    undo.discard(finished, OWNER)
    assert reviews.find(draft, OWNER).comparison is None
    undo.restore(finished, OWNER)
    assert reviews.find(draft, OWNER).comparison is not None
