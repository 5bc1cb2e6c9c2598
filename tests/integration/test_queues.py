"""Reviews that are handed on to another queue: exactly once, under the lease, and told honestly."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from ai_prism.core.errors import Cancelled
from ai_prism.core.model import Review
from ai_prism.core.progress import FindingsFound, Stage, StageReached
from ai_prism.storage.changes import Change
from ai_prism.storage.clock import Clock
from ai_prism.storage.database import Database
from ai_prism.storage.listening import Listening
from ai_prism.storage.news import News
from ai_prism.storage.queue import Stranded, next_turn
from ai_prism.storage.recorder import Recorder
from ai_prism.storage.reviews import NotPossible, Reviews
from ai_prism.storage.tables import Queue, State
from ai_prism.storage.tables import reviews as table
from ai_prism.storage.work import LeaseLost, Work
from support.storage import OWNER, Accept, MakeWork
from support.waiting import until

SCANS = News(stage=Stage.READING, done=2, total=5)


@pytest.fixture
def handed_on(accept: Accept, make_work: MakeWork) -> str:
    """A review that waits for recognition."""
    review_id = accept()
    work = make_work()
    work.hand_on(work.claim(review_id), Queue.OCR, SCANS)
    return review_id


def _stranded(database: Database, clock: Clock = time.time, attempts_limit: int = 3) -> Stranded:
    return Stranded(database, attempts_limit=attempts_limit, lease_seconds=60, clock=clock)


def test_a_review_handed_on_waits_and_says_for_what(reviews: Reviews, handed_on: str) -> None:
    summary = reviews.summary(handed_on, OWNER)

    assert (summary.state, summary.progress.stage) == (State.PENDING, Stage.RECOGNISING)
    assert (summary.progress.done, summary.progress.total) == (2, 5)
    assert summary.progress.queue is Queue.OCR
    assert summary.progress.queue_position == 1


def test_only_workers_of_its_queue_may_take_it(handed_on: str, make_work: MakeWork) -> None:
    work = make_work()

    assert work.claim(handed_on, Queue.DOCUMENTS) is None
    claim = work.claim(handed_on, Queue.OCR)
    assert claim is not None
    assert work.claim(handed_on, Queue.OCR) is None


def test_the_bar_never_falls_while_printed_pages_are_read_again(
    handed_on: str, make_work: MakeWork, reviews: Reviews, analysed: Review
) -> None:
    work = make_work()
    bar: list[tuple[str, int]] = []
    claim = work.claim(handed_on, Queue.OCR)
    begun = reviews.summary(handed_on, OWNER).progress

    def look(change: Change) -> None:
        bar.append((change.progress.stage, change.progress.done))

    recorder = Recorder(work, claim, [look])
    with recorder.writing(renew_seconds=60, limit_seconds=60):
        recorder(StageReached(stage=Stage.READING, done=1, total=5))
        recorder(FindingsFound(findings=analysed.findings))  # so that something is written
        until(lambda: bar, what="a write after the page that is read again")
        recorder(StageReached(stage=Stage.RECOGNISING, done=3, total=5))
        until(lambda: len(bar) > 1, what="a write after the page that is recognised")

    assert (begun.stage, begun.done, begun.percent) == (Stage.RECOGNISING, 2, 20)
    assert bar == [(Stage.RECOGNISING, 2), (Stage.RECOGNISING, 3)]


def test_of_many_claims_after_a_hand_on_one_succeeds(handed_on: str, make_work: MakeWork) -> None:
    work = make_work()
    claims = []

    threads = [
        threading.Thread(target=lambda q=queue: claims.append(work.claim(handed_on, q)))
        for queue in (*Queue, *Queue, *Queue)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(claims) == len(threads)
    assert len([claim for claim in claims if claim]) == 1


def test_to_be_handed_on_is_no_failed_attempt(handed_on: str, make_work: MakeWork) -> None:
    claim = make_work(attempts_limit=1).claim(handed_on, Queue.OCR)

    assert claim is not None
    assert claim.attempt == 1


def test_attempts_that_failed_before_are_still_counted(
    accept: Accept, make_work: MakeWork, database: Database, reviews: Reviews
) -> None:
    review_id = accept()
    silent = make_work(lease_seconds=-1)
    silent.claim(review_id)
    stranded = _stranded(database)
    stranded.take_back()
    work = make_work()
    work.hand_on(work.claim(review_id), Queue.OCR, SCANS)

    for _ in range(2):
        silent.claim(review_id, Queue.OCR)
        stranded.take_back()

    summary = reviews.summary(review_id, OWNER)
    assert summary.state is State.FAILURE
    assert summary.error is not None
    assert summary.error.code == "worker_lost"


def test_a_worker_that_lost_its_lease_hands_nothing_on(
    accept: Accept, make_work: MakeWork, reviews: Reviews
) -> None:
    review_id = accept()
    slow = make_work(lease_seconds=-1).claim(review_id)
    work = make_work()
    quick = work.claim(review_id)

    with pytest.raises(LeaseLost):
        work.hand_on(slow, Queue.OCR, SCANS)

    assert reviews.summary(review_id, OWNER).state is State.STARTED
    work.hand_on(quick, Queue.OCR, SCANS)
    with pytest.raises(LeaseLost):
        work.hand_on(quick, Queue.OCR, SCANS)


def test_a_review_cancelled_a_moment_before_is_not_handed_on(
    accept: Accept, make_work: MakeWork, reviews: Reviews
) -> None:
    review_id = accept()
    work = make_work()
    claim = work.claim(review_id)
    reviews.cancel(review_id, OWNER)

    with pytest.raises(Cancelled):
        work.hand_on(claim, Queue.OCR, SCANS)

    assert reviews.summary(review_id, OWNER).state is State.STARTED


def test_cancelled_while_it_waits_for_recognition_it_ends_at_once(
    handed_on: str, make_work: MakeWork, reviews: Reviews
) -> None:
    reviews.cancel(handed_on, OWNER)

    assert reviews.summary(handed_on, OWNER).state is State.REVOKED
    assert make_work().claim(handed_on, Queue.OCR) is None


def test_run_again_it_begins_in_the_first_queue(handed_on: str, reviews: Reviews) -> None:
    reviews.cancel(handed_on, OWNER)

    reviews.retry(handed_on, OWNER)

    assert reviews.summary(handed_on, OWNER).progress.queue is Queue.DOCUMENTS


def test_the_silent_worker_of_a_scan_gives_it_back_to_the_same_queue(
    handed_on: str, make_work: MakeWork, reviews: Reviews, database: Database
) -> None:
    make_work(lease_seconds=-1).claim(handed_on, Queue.OCR)

    [change] = _stranded(database).take_back()

    assert change.state is State.RETRY
    progress = reviews.summary(handed_on, OWNER).progress
    assert (progress.queue, progress.stage) == (Queue.OCR, Stage.RECOGNISING)


def test_what_the_broker_lost_is_sent_to_the_queue_where_it_waits(
    handed_on: str, accept: Accept, database: Database
) -> None:
    other = accept()
    later = time.time() + 60
    stranded = _stranded(database, clock=lambda: later)

    assert stranded.unsent(0, Queue.OCR) == [handed_on]
    assert stranded.unsent(0, Queue.DOCUMENTS) == [other]
    assert stranded.unsent(1, Queue.OCR) == []
    stranded.sent(handed_on)
    assert stranded.unsent(0, Queue.OCR) == []


def test_places_in_line_are_told_for_each_queue(
    handed_on: str, accept: Accept, reviews: Reviews
) -> None:
    first, second = accept(), accept()

    places = [reviews.summary(one, OWNER).progress.queue_position for one in (first, second)]

    assert places == [1, 2]
    assert reviews.summary(handed_on, OWNER).progress.queue_position == 1


def test_whether_anybody_works_on_a_queue_is_said(
    handed_on: str, accept: Accept, reviews: Reviews, database: Database
) -> None:
    other = accept()
    now = [time.time()]
    listening = Listening(database, clock=lambda: now[0])

    listening.say([Queue.DOCUMENTS])
    listening.say([Queue.DOCUMENTS])

    assert listening.queues() == {Queue.DOCUMENTS}
    assert reviews.summary(handed_on, OWNER).progress.waits_for_worker
    assert not reviews.summary(other, OWNER).progress.waits_for_worker
    now[0] += 60
    assert listening.queues() == frozenset()


def _order(work: Work, queue: Queue = Queue.DOCUMENTS) -> list[str]:
    """Return the ids of all that wait, in the order in which they are begun."""
    begun: list[str] = []
    while (review_id := work.whose_turn(queue)) is not None:
        assert work.claim(review_id, queue)
        begun.append(review_id)
    return begun


def test_one_document_is_not_held_up_by_the_hundred_of_another_owner(
    accept: Accept, make_work: MakeWork
) -> None:
    many = [accept(owner="many") for _ in range(100)]
    single = accept(owner="single")

    assert _order(make_work()) == [many[0], single, *many[1:]]


def test_owners_take_turns_and_each_goes_by_its_own_order(
    accept: Accept, make_work: MakeWork
) -> None:
    work = make_work()
    a = [accept(owner="a") for _ in range(4)]
    assert work.whose_turn(Queue.DOCUMENTS) == a[0]
    assert work.claim(a[0])
    b = [accept(owner="b") for _ in range(2)]
    c = accept(owner="c")
    late = accept(owner="a")

    assert _order(work) == [a[1], b[0], c, a[2], b[1], a[3], late]


def test_the_place_in_line_is_that_of_ones_turn(accept: Accept, reviews: Reviews) -> None:
    for _ in range(5):
        accept(owner="many")

    single = accept(owner=OWNER)

    assert reviews.summary(single, OWNER).progress.queue_position == 2


def test_a_review_that_cannot_be_begun_has_no_turn(
    accept: Accept, make_work: MakeWork, reviews: Reviews
) -> None:
    cancelled, other = accept(), accept()
    reviews.cancel(cancelled, OWNER)
    work = make_work()

    assert work.whose_turn(Queue.OCR) is None
    assert work.whose_turn(Queue.DOCUMENTS) == other


def test_whoever_is_handed_on_joins_the_turns_of_the_other_queue(
    accept: Accept, make_work: MakeWork
) -> None:
    work = make_work()
    many = [accept(owner="many") for _ in range(3)]
    single = accept(owner="single")
    for review_id in (*many, single):
        work.hand_on(work.claim(review_id), Queue.OCR, SCANS)

    assert _order(work, Queue.OCR) == [many[0], single, *many[1:]]


@pytest.mark.parametrize(("had", "is_on"), [(0, 50), (50, 0)])
def test_what_is_taken_back_joins_the_turn_that_is_on(
    had: int, is_on: int, accept: Accept, make_work: MakeWork, database: Database
) -> None:
    lost = accept(owner="lost")
    _set(database, lost, turn=had)
    assert make_work(lease_seconds=-1).claim(lost)
    one, two = accept(owner="patient"), accept(owner="patient")
    _set(database, one, turn=is_on)
    _set(database, two, turn=is_on + 1)

    _stranded(database).take_back()

    many = [accept(owner="many") for _ in range(3)]
    assert _order(make_work()) == [lost, one, many[0], two, *many[1:]]


def test_who_is_next_is_looked_up_and_not_sorted_out_of_all_that_wait(
    accept: Accept, make_work: MakeWork, database: Database
) -> None:
    _line_up(database, accept(), 500)
    with _plans(database) as plans:
        make_work().whose_turn(Queue.DOCUMENTS)
        with database.writing() as connection:
            next_turn(connection, Queue.DOCUMENTS, OWNER)

    assert len(plans) == 3
    assert "ix_reviews_line" in plans[0]
    assert "ix_reviews_line" in plans[1]
    assert "ix_reviews_turns" in plans[2]
    assert not [plan for plan in plans if "B-TREE" in plan or "Sort" in plan]


def test_documents_of_one_owner_that_come_at_once_take_a_turn_each(
    accept: Accept, database: Database
) -> None:
    with ThreadPoolExecutor(8) as senders:
        list(senders.map(lambda _: accept(), range(40)))

    with database.reading() as connection:
        turns = connection.scalars(sa.select(table.c.turn)).all()
    assert sorted(turns) == list(range(40))


@pytest.mark.parametrize("deed", ["cancel", "retry"])
def test_what_comes_a_moment_after_the_end_changes_nothing(
    deed: str, accept: Accept, reviews: Reviews, database: Database
) -> None:
    review_id = accept()
    # Its worker is about to end it; or another tab has just run it again.
    first, last = {
        "cancel": (State.PROGRESS, State.SUCCESS),
        "retry": (State.FAILURE, State.STARTED),
    }[deed]
    _set(database, review_id, state=first, started_at=1.0, finished_at=2.0)
    with ThreadPoolExecutor(1) as other:
        with database.writing() as connection:
            connection.execute(sa.update(table).values(state=last))
            answer = other.submit(getattr(reviews, deed), review_id, OWNER)
            if not database.is_sqlite:  # there it does not even begin before
                until(lambda: _waits_for_a_lock(database))

        with pytest.raises(NotPossible):
            answer.result(timeout=20)

    with database.reading() as connection:
        row = connection.execute(sa.select(table)).mappings().one()
    assert (row["state"], row["finished_at"]) == (last, 2.0)


def _line_up(database: Database, review_id: str, length: int) -> None:
    """Have *length* reviews wait that are like *review_id*, behind it."""
    with database.writing() as connection:
        first = connection.execute(sa.select(table).where(table.c.id == review_id)).mappings().one()
        rows = [{**first, "id": f"{turn}", "turn": turn} for turn in range(1, length)]
        connection.execute(sa.insert(table), rows)
        connection.execute(sa.text("ANALYZE reviews"))


@contextmanager
def _plans(database: Database) -> Iterator[list[str]]:
    """Give how the database goes about each question on reviews of the block, after the block."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "FROM reviews" in statement:
            asked.append((statement, values))

    plans: list[str] = []
    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with database.reading() as connection:
        if not database.is_sqlite:  # the table is small: reading it whole would be quicker
            for way in ("seqscan", "bitmapscan", "sort"):
                connection.execute(sa.text(f"SET LOCAL enable_{way} = off"))
        for statement, values in asked:
            rows = connection.exec_driver_sql(explain + statement, values)
            plans.append("\n".join(str(row) for row in rows))


def _set(database: Database, review_id: str, **values: object) -> None:
    with database.writing() as connection:
        connection.execute(sa.update(table).where(table.c.id == review_id).values(**values))


def _waits_for_a_lock(database: Database) -> bool:
    with database.reading() as connection:
        return bool(connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
