"""Counts that only grow, on both databases."""

import math
from concurrent.futures import ThreadPoolExecutor

import msgspec

from ai_prism.core.errors import Cancelled, Corrupt
from ai_prism.core.model import Review, Sent
from ai_prism.storage import figures, tallies
from ai_prism.storage.database import Database
from ai_prism.storage.news import News
from ai_prism.storage.queue import Stranded
from ai_prism.storage.reviews import Reviews
from ai_prism.storage.tables import Queue, State
from ai_prism.storage.tallies import Tally
from support.storage import OWNER, Accept, MakeWork


def test_a_review_is_counted_with_all_that_it_took_and_found(
    database: Database, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    work = make_work()
    claim = work.claim(accept())
    assert claim is not None

    work.finish(claim, analysed)

    totals = figures.look(database).totals
    assert totals[Tally.UPLOADS] == {"": 1}
    assert totals[Tally.ENDED] == {State.SUCCESS: 1}
    assert totals[Tally.WORDS] == {"": analysed.document.words}
    assert sum(totals[Tally.FINDINGS].values()) == len(analysed.findings) > 0
    assert totals[Tally.STAGES] == dict.fromkeys(analysed.receipt.seconds, 1)
    assert math.isclose(
        sum(totals[Tally.STAGE_SECONDS].values()), sum(analysed.receipt.seconds.values())
    )
    assert sum(totals[Tally.REVIEW_BUCKETS].values()) == 1
    assert sum(totals[Tally.WAITING_BUCKETS].values()) == 1


def test_what_models_took_and_cost_is_counted_as_far_as_it_is_known(
    database: Database, accept: Accept, make_work: MakeWork, analysed: Review
) -> None:
    asked = {"to": "model.example", "requests": 1, "characters": 10}
    sent = (
        Sent(**asked, model="first", tokens_in=700, tokens_out=30, price=0.25),
        Sent(**asked, model="second", tokens_in=300, tokens_out=20),
    )
    receipt = msgspec.structs.replace(analysed.receipt, sent=sent)
    work = make_work()
    for _ in range(2):
        claim = work.claim(accept())
        assert claim is not None
        work.finish(claim, msgspec.structs.replace(analysed, receipt=receipt))

    totals = figures.look(database).totals
    assert totals[Tally.TOKENS] == {"in": 2000, "out": 100}
    assert totals[Tally.DOLLARS] == {"": 0.5}


def test_what_was_counted_stays_when_the_review_goes_or_is_run_again(
    database: Database, reviews: Reviews, accept: Accept, make_work: MakeWork
) -> None:
    review_id, work = accept(), make_work()
    for _ in range(2):
        claim = work.claim(review_id)
        assert claim is not None
        work.fail(claim, Corrupt("It is broken."), News())
        reviews.retry(review_id, OWNER)

    reviews.delete(review_id, OWNER)

    now = figures.look(database)
    assert now.totals[Tally.FAILED] == {"corrupt": 2}
    assert now.totals[Tally.UPLOADS] == {"": 1}
    assert sum(now.kept.values()) == 0


def test_each_way_to_end_is_counted_once(
    database: Database, reviews: Reviews, accept: Accept, make_work: MakeWork
) -> None:
    waiting, running, lost = accept(), accept(), accept()
    reviews.cancel(waiting, OWNER)
    work = make_work(lease_seconds=-1)
    claim = work.claim(running)
    assert claim is not None
    reviews.cancel(running, OWNER)
    work.fail(claim, Cancelled("The review was cancelled."), News())
    assert work.claim(lost) is not None

    Stranded(database, attempts_limit=1, lease_seconds=60).take_back()

    totals = figures.look(database).totals
    assert totals[Tally.ENDED] == {State.REVOKED: 2, State.FAILURE: 1}
    assert totals[Tally.FAILED] == {"worker_lost": 1}
    assert sum(totals[Tally.WAITING_BUCKETS].values()) == 2


def test_queues_are_seen_as_they_are(
    database: Database, accept: Accept, make_work: MakeWork
) -> None:
    accept()
    assert make_work().claim(accept()) is not None

    queues = figures.look(database).queues

    assert queues[Queue.DOCUMENTS].length == 1
    assert queues[Queue.DOCUMENTS].running == 1
    assert queues[Queue.DOCUMENTS].age_seconds > 0
    assert queues[Queue.OCR].length == 0
    assert queues[Queue.OCR].age_seconds == 0


def test_of_many_who_write_at_once_each_gets_its_turn(database: Database) -> None:
    def write(_: int) -> None:
        with database.writing() as connection:
            tallies.uploaded(connection, 1)

    with ThreadPoolExecutor(50) as threads:
        list(threads.map(write, range(500)))

    assert figures.look(database).totals[Tally.UPLOADS] == {"": 500}
