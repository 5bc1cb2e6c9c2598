"""Reviews in the database: taken in, claimed, written under a lease, ended, taken back."""

import io
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from ai_prism import storage
from ai_prism.core.errors import Cancelled, Corrupt, EmptyDocument, TimedOut, TooLarge
from ai_prism.core.model import Finding, Party, Review
from ai_prism.core.progress import FindingsFound
from ai_prism.storage.database import Database
from ai_prism.storage.files import Files
from ai_prism.storage.leases import Leases
from ai_prism.storage.listening import Listening
from ai_prism.storage.news import News
from ai_prism.storage.queue import Stranded
from ai_prism.storage.recorder import Recorder
from ai_prism.storage.reviews import NotPossible, Reviews, UnknownReview
from ai_prism.storage.tables import Queue, State, metadata, tallies
from ai_prism.storage.tables import reviews as reviews_table
from ai_prism.storage.work import LeaseLost, Work
from support.storage import OWNER, Accept, MakeWork
from support.waiting import until


def test_the_migrations_make_the_tables_that_the_code_expects(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection)

        assert compare_metadata(context, metadata) == []


def test_an_accepted_document_waits_first_in_line(reviews: Reviews, accept: Accept) -> None:
    review_id = accept()

    summary = reviews.summary(review_id, OWNER)

    assert summary.state is State.PENDING
    assert summary.progress.queue_position == 1
    assert summary.progress.percent == 0


def test_a_finished_review_comes_back_as_it_was_made(
    reviews: Reviews, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    review_id = accept()
    work = make_work()

    change = work.finish(work.claim(review_id), analysed)

    assert analysed.findings
    assert change.state is State.SUCCESS
    assert _ids(change.findings) == _ids(analysed.findings)
    assert reviews.find(review_id, OWNER).review == analysed


def test_of_many_claims_of_one_review_one_succeeds(accept: Accept, make_work: MakeWork) -> None:
    review_id = accept()
    work = make_work()
    claims = []

    threads = [
        threading.Thread(target=lambda: claims.append(work.claim(review_id))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(claims) == 8
    assert len([claim for claim in claims if claim]) == 1


def test_a_lost_lease_writes_nothing(
    reviews: Reviews, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    review_id = accept()
    slow = make_work(lease_seconds=-1).claim(review_id)
    work = make_work()
    quick = work.claim(review_id)
    news = News(findings=analysed.findings)

    with pytest.raises(LeaseLost):
        work.record(slow, news)
    with pytest.raises(LeaseLost):
        work.finish(slow, analysed)
    with pytest.raises(LeaseLost):
        work.renew(slow)
    with pytest.raises(LeaseLost):
        work.fail(slow, Corrupt("It is damaged."), news)

    assert quick.attempt == 2
    assert reviews.find(review_id, OWNER).findings == ()
    assert reviews.summary(review_id, OWNER).state is State.STARTED


def test_what_was_found_twice_is_kept_once_and_told_once(
    reviews: Reviews, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    review_id = accept()
    first = make_work(lease_seconds=-1)
    first.record(first.claim(review_id), News(findings=analysed.findings[:2]))
    work = make_work()
    claim = work.claim(review_id)

    change = work.record(claim, News(findings=analysed.findings))
    work.finish(claim, analysed)

    assert _ids(change.findings) == _ids(analysed.findings[2:])
    assert reviews.find(review_id, OWNER).findings == analysed.findings


def test_what_only_an_earlier_attempt_found_is_gone_at_the_end(
    reviews: Reviews, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    review_id = accept()
    work = make_work()
    claim = work.claim(review_id)
    stray = msgspec.structs.replace(analysed.findings[0], id="of-an-older-version")
    work.record(claim, News(findings=(stray,)))

    work.finish(claim, analysed)

    assert "of-an-older-version" not in {f.id for f in reviews.find(review_id, OWNER).findings}


def test_a_failed_review_keeps_what_it_found(
    reviews: Reviews, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    review_id = accept()
    work = make_work()

    work.fail(work.claim(review_id), Corrupt("It is damaged."), News(findings=analysed.findings))

    stored = reviews.find(review_id, OWNER)
    assert stored.summary.state is State.FAILURE
    assert stored.summary.error.code == "corrupt"
    assert stored.summary.error.advice
    assert stored.findings == analysed.findings
    assert stored.review is None


def test_a_cancelled_review_tells_its_worker_and_ends_revoked(
    reviews: Reviews, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    review_id = accept()
    work = make_work()
    claim = work.claim(review_id)
    reviews.cancel(review_id, OWNER)

    with pytest.raises(Cancelled):
        work.renew(claim)
    with pytest.raises(Cancelled):
        work.finish(claim, analysed)
    work.fail(claim, Cancelled("The review was cancelled."), News())

    assert reviews.summary(review_id, OWNER).state is State.REVOKED
    assert reviews.summary(review_id, OWNER).error is None
    with pytest.raises(NotPossible):
        reviews.cancel(review_id, OWNER)


def test_cancelling_ends_a_step_that_tells_nothing_and_keeps_what_was_found(
    reviews: Reviews, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    review_id = accept()
    work = make_work()
    recorder = Recorder(work, work.claim(review_id), ())

    def analyse() -> None:
        with recorder.writing(renew_seconds=0.05, limit_seconds=60):
            recorder(FindingsFound(findings=analysed.findings))
            until(lambda: reviews.find(review_id, OWNER).findings, what="the findings")
            reviews.cancel(review_id, OWNER)
            while True:
                pass

    with pytest.raises(Cancelled) as end:
        analyse()
    recorder.fail(end.value)

    stored = reviews.find(review_id, OWNER)
    assert stored.summary.state is State.REVOKED
    assert stored.findings == analysed.findings


def test_an_analysis_that_catches_everything_still_ends_at_its_limit(
    accept: Accept, make_work: MakeWork
) -> None:
    work = make_work()
    recorder = Recorder(work, work.claim(accept()), ())

    def analyse() -> None:
        with recorder.writing(renew_seconds=0.05, limit_seconds=0.1):
            while True:
                with suppress(Exception):  # as a check that fails does
                    signal.pause()

    with pytest.raises(TimedOut):
        analyse()


def test_a_watcher_gets_what_is_newer_than_it_has_seen(
    reviews: Reviews, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    review_id = accept()
    work = make_work()
    claim = work.claim(review_id)
    seen = work.record(claim, News(findings=analysed.findings[:1])).version
    work.record(claim, News(findings=analysed.findings[1:], sections=analysed.sections))

    later = reviews.changes_since(review_id, OWNER, seen)

    assert _ids(later.findings) == _ids(analysed.findings[1:])
    assert later.sections == analysed.sections
    assert reviews.changes_since(review_id, OWNER, later.version).findings == ()
    assert _ids(reviews.changes_since(review_id, OWNER, 0).findings) == _ids(analysed.findings)


def test_a_silent_workers_review_waits_again_and_after_the_last_attempt_fails(
    database: Database, reviews: Reviews, accept: Accept, make_work: MakeWork
) -> None:
    review_id = accept()
    stranded = Stranded(database, attempts_limit=2, lease_seconds=60)
    silent = make_work(lease_seconds=-1, attempts_limit=2)

    silent.claim(review_id)
    first = [change.state for change in stranded.take_back()]
    silent.claim(review_id)
    second = [change.state for change in stranded.take_back()]

    assert first == [State.RETRY]
    assert second == [State.FAILURE]
    assert reviews.summary(review_id, OWNER).error.code == "worker_lost"
    assert silent.claim(review_id) is None
    assert stranded.take_back() == []


def test_a_living_workers_review_is_not_taken_back(
    database: Database, accept: Accept, make_work: MakeWork
) -> None:
    make_work().claim(accept())

    assert Stranded(database, attempts_limit=3, lease_seconds=60).take_back() == []


def test_what_a_killed_process_held_is_taken_back_before_its_time_is_over(
    database: Database, accept: Accept
) -> None:
    killed, living = accept(), accept()
    hold = Work(database, lease_seconds=3600, attempts_limit=3).claim
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=_claim_and_hang, args=(database, killed))
    process.start()
    until(lambda: _is_running(database, killed), what="the claim")
    hold(living)
    stranded = Stranded(database, attempts_limit=3, lease_seconds=3600)
    before = stranded.take_back()

    process.kill()
    process.join()

    assert before == []
    assert [change.task_id for change in stranded.take_back()] == [killed]
    assert hold(killed).attempt == 2


def test_a_killed_process_holds_no_lease_up(database: Database) -> None:
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=_take_and_end, args=(database,))
    process.start()
    process.join()

    assert process.exitcode == 0
    assert Leases(database).take("sweep", seconds=3600)


def test_only_what_the_brokers_queue_lacks_is_sent_again(
    database: Database, accept: Accept
) -> None:
    ids = [accept() for _ in range(3)]
    stranded = Stranded(database, attempts_limit=3, lease_seconds=60)
    with database.writing() as connection:
        connection.execute(
            sa.update(reviews_table).values(queued_at=reviews_table.c.queued_at - 60)
        )

    assert stranded.unsent(queue_length=3) == []
    assert stranded.unsent(queue_length=1) == ids[:2]
    stranded.sent(ids[0])
    assert stranded.unsent(queue_length=0) == ids[1:]


def test_what_was_queued_just_now_is_not_sent_twice(database: Database, accept: Accept) -> None:
    accept()

    assert Stranded(database, attempts_limit=3, lease_seconds=60).unsent(queue_length=0) == []


def test_what_an_empty_queue_lacks_is_lost_and_sent_again_soon(
    database: Database, accept: Accept
) -> None:
    ids = [accept(), accept()]
    now = [time.time()]
    stranded = Stranded(database, attempts_limit=3, lease_seconds=60, clock=lambda: now[0])
    for review_id in ids:
        stranded.sent(review_id)

    now[0] += 3

    assert stranded.unsent(queue_length=1) == []
    assert stranded.unsent(queue_length=0) == ids


def test_a_clock_set_back_leaves_nothing_waiting_until_it_has_caught_up(
    database: Database, accept: Accept, make_work: MakeWork
) -> None:
    taken, queued, sent = (accept() for _ in range(3))
    make_work(lease_seconds=5).claim(taken)
    an_hour_ago = time.time() - 3600
    before = Stranded(database, attempts_limit=3, lease_seconds=5)
    before.sent(sent)

    after = Stranded(database, attempts_limit=3, lease_seconds=5, clock=lambda: an_hour_ago)
    held = Leases(database).take("sweep", seconds=5)
    taken_over = Leases(database, clock=lambda: an_hour_ago).take("sweep", seconds=5)

    assert [change.task_id for change in after.take_back()] == [taken]
    assert set(after.unsent(queue_length=0)) == {taken, queued, sent}
    assert held
    assert taken_over


def test_a_clock_set_forward_takes_no_review_from_a_worker_that_lives(
    database: Database, accept: Accept, make_work: MakeWork
) -> None:
    now = [time.time()]
    work = make_work(lease_seconds=0.5, clock=lambda: now[0])
    stranded = Stranded(database, attempts_limit=3, lease_seconds=0.5, clock=lambda: now[0])
    claim = work.claim(accept())
    stranded.take_back()

    now[0] += 3600
    at_once = stranded.take_back()
    work.renew(claim)
    now[0] += 0.6  # and now the worker is silent
    later = until(stranded.take_back, what="the clock to be believed again")

    assert at_once == []
    assert [change.task_id for change in later] == [claim.review_id]


def test_the_party_that_reads_is_kept_when_it_is_tried_again(
    reviews: Reviews, accept: Accept, make_work: MakeWork
) -> None:
    work = make_work()
    review_id = accept(party=Party.CUSTOMER)
    claim = work.claim(review_id)
    assert claim
    work.fail(claim, Corrupt("It is damaged."), News())

    reviews.retry(review_id, OWNER)

    again = work.claim(review_id)
    assert again
    assert again.party is claim.party is Party.CUSTOMER
    assert reviews.summary(review_id, OWNER).party is Party.CUSTOMER


def test_what_was_sent_before_parties_were_asked_for_is_read_for_nobodys_side(
    database: Database, reviews: Reviews, accept: Accept
) -> None:
    review_id = accept(party=Party.SUPPLIER)
    migrations = Config()
    migrations.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    with database.writing() as connection:
        migrations.attributes["connection"] = connection
        command.downgrade(migrations, "0003")

    database.migrate()

    assert reviews.summary(review_id, OWNER).party is Party.NEUTRAL


def test_one_process_at_a_time_holds_a_lease(database: Database) -> None:
    one, other = Leases(database), Leases(database)

    assert one.take("sweep", seconds=60)
    assert not other.take("sweep", seconds=60)
    assert one.take("sweep", seconds=-1)
    assert other.take("sweep", seconds=60)


def test_the_same_key_of_one_owner_is_one_review(reviews: Reviews, accept: Accept) -> None:
    first = accept(key="a")

    assert accept(key="a") == first
    assert accept(key="b") != first
    assert accept(owner="another", key="a") != first
    assert reviews.sent_before(OWNER, "a") == first


def test_the_same_bytes_are_stored_once_and_deleted_with_the_last_review(
    reviews: Reviews, accept: Accept, files: Files, tmp_path: Path
) -> None:
    ids = [accept(), accept()]
    kept = sorted(path for path in (tmp_path / "files").rglob("*") if path.is_file())
    assert [path.name for path in kept] == sorted(ids)
    assert kept[0].samefile(kept[1])

    reviews.delete(ids[0], OWNER)
    assert kept[1].exists() != kept[0].exists()
    reviews.delete(ids[1], OWNER)

    assert [path.name for path in (tmp_path / "files").iterdir()] == ["incoming"]


def test_a_deleted_review_leaves_no_row(
    database: Database, reviews: Reviews, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    review_id = accept()
    work = make_work()
    work.finish(work.claim(review_id), analysed)

    reviews.delete(review_id, OWNER)

    with database.reading() as connection:
        counts = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in metadata.sorted_tables
            if table is not tallies  # sums over all reviews, which name none
        }
    assert set(counts.values()) == {0}


def test_somebody_elses_review_does_not_exist(reviews: Reviews, accept: Accept) -> None:
    review_id = accept()

    for deed in (reviews.summary, reviews.find, reviews.cancel, reviews.retry, reviews.delete):
        with pytest.raises(UnknownReview):
            deed(review_id, "a stranger")
    assert reviews.history("a stranger") == ()


def test_an_upload_over_the_limit_leaves_nothing(files: Files, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        files.receive(io.BytesIO(b"x" * 101), "large", limit_bytes=100)
    with pytest.raises(EmptyDocument):
        files.receive(io.BytesIO(b""), "empty", limit_bytes=100)

    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix == ".part"] == []


def test_time_left_is_guessed_from_recent_reviews_and_never_from_nothing(
    reviews: Reviews, accept: Accept, make_work: MakeWork, analysed: Review, database: Database
) -> None:
    first = accept()
    unknown = reviews.summary(first, OWNER).progress.eta_seconds
    work = make_work()
    work.finish(work.claim(first), analysed)

    second = accept()
    unserved = reviews.summary(second, OWNER).progress.eta_seconds
    Listening(database).say([Queue.DOCUMENTS])
    guessed = reviews.summary(second, OWNER).progress.eta_seconds

    assert unknown is None
    assert unserved is None
    assert guessed is not None
    assert guessed >= 0


def _claim_and_hang(database: Database, review_id: str) -> None:
    database.forget()
    Work(database, lease_seconds=3600, attempts_limit=3).claim(review_id)
    signal.pause()


def _take_and_end(database: Database) -> None:
    database.forget()
    os._exit(0 if Leases(database).take("sweep", seconds=3600) else 1)


def _is_running(database: Database, review_id: str) -> bool:
    state = sa.select(reviews_table.c.state).where(reviews_table.c.id == review_id)
    with database.reading() as connection:
        return connection.scalar(state) == State.STARTED


def _ids(findings: Iterable[Finding]) -> set[str]:
    return {finding.id for finding in findings}
