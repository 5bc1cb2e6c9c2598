"""Passages as tasks, on both databases: done once, kept by their words, gone with their review."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from ai_prism.core.examination import Notes
from ai_prism.core.llm import Passage, Reading
from ai_prism.core.llm.telling import Unread
from ai_prism.core.progress import Stage
from ai_prism.storage.database import Database
from ai_prism.storage.listening import Listening
from ai_prism.storage.news import News
from ai_prism.storage.reviews import Reviews
from ai_prism.storage.section_tasks import Examined, Planned, SectionTasks, answered, known_outcome
from ai_prism.storage.tables import Queue, State, examinations, section_tasks
from ai_prism.testing import a_document
from support.storage import OWNER, Accept, MakeWork

EXAMINED = Examined(
    notes=Notes(
        chosen="user",
        confidence=1.0,
        problems=(),
        rules={},
        rules_run=1,
        started_at=datetime(2026, 11, 25, tzinfo=UTC),
        seconds={},
    ),
    finding_ids=(),
    standard="general",
    at=0.0,
)
READ = Reading(summary="Read.", reviewer="one")

HandOut = Callable[..., str]


@pytest.fixture
def tasks(database: Database) -> SectionTasks:
    return SectionTasks(database, lease_seconds=30.0, attempts_limit=2)


@pytest.fixture
def hand_out(accept: Accept, make_work: MakeWork) -> HandOut:
    """Take in a document whose passages, one for each word, are to be read."""

    def handed_out(*words: str) -> str:
        work = make_work()
        review_id = accept()
        claim = work.claim(review_id)
        assert claim is not None
        planned = [Planned(a_passage(word), key=f"key of {word}") for word in words]
        news = News(stage=Stage.REVIEWER, document=a_document(" ".join(words)))
        work.hand_out(claim, news, EXAMINED, planned)
        return review_id

    return handed_out


def a_passage(word: str) -> Passage:
    return Passage(section_id=None, path=(), start=0, end=len(word), text=word)


def tasks_at(database: Database, now: float) -> SectionTasks:
    """Return the tasks as a worker sees them at that time, with leases of a second."""
    return SectionTasks(database, lease_seconds=1.0, attempts_limit=2, clock=lambda: now)


def read_all(tasks: SectionTasks) -> list[str]:
    """Answer what waits; return the words in their order."""
    words = []
    while claim := tasks.claim():
        words.append(claim.passage.text)
        tasks.done(claim, READ, ())
    return words


def test_the_last_outcome_makes_the_review_ready_and_one_gets_it(
    tasks: SectionTasks, hand_out: HandOut, make_work: MakeWork
) -> None:
    review_id = hand_out("a", "b")
    one, other = tasks.claim(), tasks.claim()
    assert one
    assert other
    tasks.done(one, READ, ())
    early = make_work().claim_last_step()

    change = tasks.done(other, READ, ())

    assert early is None
    assert change is not None
    assert (change.progress.done, change.progress.total) == (2, 3)
    last = make_work().claim_last_step()
    assert last is not None
    assert last.review_id == review_id
    assert make_work().claim_last_step() is None


def test_a_passage_read_before_is_not_read_again(
    tasks: SectionTasks, hand_out: HandOut, reviews: Reviews, database: Database
) -> None:
    hand_out("a", "b")
    read_all(tasks)

    again = hand_out("a", "new", "b")

    assert read_all(tasks) == ["new"]
    with database.reading() as connection:
        asked = answered(connection, again, EXAMINED).asked
    assert [one.reused for one in asked] == [True, False, True]
    assert reviews.summary(again, OWNER).progress.done == 3


def test_what_was_not_read_is_asked_again(tasks: SectionTasks, hand_out: HandOut) -> None:
    hand_out("a")
    claim = tasks.claim()
    assert claim
    tasks.done(claim, Unread(code="reviewer", message="No."), ())

    hand_out("a")

    assert read_all(tasks) == ["a"]


def test_a_silent_worker_s_passage_is_read_by_another_and_its_own_word_comes_too_late(
    database: Database, hand_out: HandOut
) -> None:
    now = time.time()
    slow, late = tasks_at(database, now), tasks_at(database, now + 1.5)
    hand_out("a")
    lost = slow.claim()
    assert lost

    late.take_back()
    again = late.claim()

    assert again
    assert slow.done(lost, Unread(code="reviewer", message="Late."), ()) is None
    assert late.done(again, READ, ()) is not None


def test_a_passage_that_ends_its_worker_each_time_is_given_up(
    database: Database, hand_out: HandOut, make_work: MakeWork
) -> None:
    hand_out("deadly")
    for later in range(2):
        now = time.time() + later * 10
        tasks_at(database, now).claim()
        tasks_at(database, now + 1.5).take_back()

    last = make_work().claim_last_step()

    assert last is not None
    with database.reading() as connection:
        (asked,) = answered(connection, last.review_id, EXAMINED).asked
    assert isinstance(asked.outcome, Unread)


def test_what_is_given_back_waits_again_but_not_for_ever(
    tasks: SectionTasks, hand_out: HandOut
) -> None:
    hand_out("a")
    for _ in range(2):
        claim = tasks.claim()
        assert claim
        change = tasks.give_back(claim)

    assert change is not None
    assert tasks.claim() is None


def test_a_cancelled_review_has_nothing_to_read_and_ends_at_once(
    tasks: SectionTasks, hand_out: HandOut, reviews: Reviews, make_work: MakeWork
) -> None:
    review_id = hand_out("a", "b")
    claim = tasks.claim()
    assert claim

    reviews.cancel(review_id, OWNER)

    assert reviews.summary(review_id, OWNER).state is State.REVOKED
    assert not tasks.is_wanted(claim)
    assert tasks.claim() is None
    assert tasks.done(claim, READ, ()) is None
    assert tasks.waiting() == 0
    assert make_work().claim_last_step() is None


def test_what_was_paid_for_before_a_cancellation_is_kept_for_the_next_try(
    tasks: SectionTasks, hand_out: HandOut, reviews: Reviews
) -> None:
    review_id = hand_out("a", "b")
    claim = tasks.claim()
    assert claim
    reviews.cancel(review_id, OWNER)
    tasks.done(claim, READ, ())

    hand_out("a", "b")

    assert read_all(tasks) == ["b"]


def test_owners_take_turns(tasks: SectionTasks, hand_out: HandOut, database: Database) -> None:
    hand_out(*[f"long {n}" for n in range(6)])
    with database.writing() as connection:  # as if it were somebody else's
        connection.execute(sa.text("UPDATE reviews SET owner = 'other'"))
    hand_out("short 1", "short 2")

    assert read_all(tasks)[:4] == ["long 0", "short 1", "long 1", "short 2"]


def test_the_sweep_counts_what_waits_and_last_steps(tasks: SectionTasks, hand_out: HandOut) -> None:
    hand_out("a", "b")
    waiting = tasks.waiting()

    read_all(tasks)

    assert waiting == 2
    assert tasks.waiting() == 1


def test_all_of_it_goes_with_the_review(
    tasks: SectionTasks, hand_out: HandOut, reviews: Reviews, database: Database
) -> None:
    review_id = hand_out("a")
    read_all(tasks)

    reviews.delete(review_id, OWNER)

    with database.reading() as connection:
        left = [
            connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (section_tasks, examinations)
        ]
        assert known_outcome(connection, "key of a") is None
    assert left == [0, 0]


def test_whether_anybody_is_there_to_ask_is_said_while_passages_are_read(
    hand_out: HandOut, reviews: Reviews, database: Database
) -> None:
    review_id = hand_out("one")
    listening = Listening(database)

    listening.say([Queue.DOCUMENTS])
    assert reviews.summary(review_id, OWNER).progress.waits_for_worker

    listening.say([Queue.SECTIONS])
    assert not reviews.summary(review_id, OWNER).progress.waits_for_worker
