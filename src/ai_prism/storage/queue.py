"""The line of waiting reviews: who is next, how long it takes, and what fell out of it."""

import statistics
import time
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from ai_prism.core.progress import Stage
from ai_prism.storage import tallies
from ai_prism.storage.changes import Change, change_of
from ai_prism.storage.clock import Clock, Steps
from ai_prism.storage.database import Database, one_at_a_time
from ai_prism.storage.holders import is_gone
from ai_prism.storage.leases import run_out
from ai_prism.storage.listening import listened_to
from ai_prism.storage.tables import IS_WAITING, RUNNING, Queue, State, is_waiting, reviews

#: Finished reviews that the time left is guessed from: recent ones, of documents like today's.
_RECENT: Final = 50

#: Under this, what has been done says too little about what is left.
_TELLING_PERCENT: Final = 10
_TELLING_SECONDS: Final = 1.0

#: A message on its way needs a moment; a row is thought stranded only after this long.
_PATIENCE_SECONDS: Final = 2.0
#: Sending the same id again sooner would fill the queue of a broker that is only slow.
_RESEND_SECONDS: Final = 10.0
#: Not so when the queue is empty: what was sent, and has not begun, is lost. Redis was emptied, or
#: a worker died with the message.
_RESEND_TO_EMPTY_SECONDS: Final = 2.0


#: The stage that reviews of each queue wait for.
WAITS_FOR: Final = {Queue.DOCUMENTS: "", Queue.OCR: Stage.RECOGNISING.value}
#: The queues that reviews wait in, as their tasks and not as passages.
OF_REVIEWS: Final = tuple(WAITS_FOR)


class Line(msgspec.Struct, frozen=True):
    """The waiting reviews of one queue at one moment."""

    places: Sequence[tuple[int, float]]  #: turn and time of each, the next first
    running: int
    typical_seconds: float | None  #: median of recent reviews; None when there are none
    has_worker: bool  #: whether anybody works on it

    def position(self, turn: int, queued_at: float) -> int:
        """Return the place in line, 1 for the next, of a review with *turn*, *queued_at* then."""
        return bisect_left(self.places, (turn, queued_at)) + 1


def next_turn(connection: sa.Connection, queue: Queue, owner: str) -> int:
    """Return the turn of a review of *owner* that joins *queue* now.

    The owners take turns: with each turn everybody who waits has one review begun. A newcomer joins
    in the turn that is on, and whoever waits already gets the one after their last. So the single
    document of one owner never waits for the hundred of another. (Start-time fair queueing, as
    routers share a line among senders, where every document weighs the same: Goyal, Vin and Cheng,
    1996.)

    To be asked in the transaction that lets the review wait, before it takes any row.
    """
    one_at_a_time(connection, owner)
    waiting = sa.and_(reviews.c.queue == queue, IS_WAITING)
    now_on = connection.scalar(sa.select(sa.func.min(reviews.c.turn)).where(waiting)) or 0
    own = sa.select(sa.func.max(reviews.c.turn)).where(waiting, reviews.c.owner == owner)
    last = connection.scalar(own)
    return now_on if last is None else max(now_on, last + 1)


def _turn_on() -> sa.ScalarSelect[int]:
    """Return the turn that is on in the queue of the review at hand; null: none else waits.

    Whoever is taken back joins in it, by the time at which it came. The turn that it had would be
    the last of all if the line was empty since, or let newcomers begin long before those who wait.
    """
    others = reviews.alias()
    waiting = sa.and_(others.c.queue == reviews.c.queue, is_waiting(others))
    return sa.select(sa.func.min(others.c.turn)).where(waiting).correlate(reviews).scalar_subquery()


def look(connection: sa.Connection, queue: Queue) -> Line:
    """Return the line of *queue* as it is now."""
    here = reviews.c.queue == queue
    waiting = (
        sa.select(reviews.c.turn, reviews.c.queued_at)
        .where(here, IS_WAITING)
        .order_by(reviews.c.turn, reviews.c.queued_at)
    )
    running = sa.select(sa.func.count()).where(here, reviews.c.state.in_(RUNNING))
    recent = (
        sa.select(reviews.c.finished_at - reviews.c.started_at)
        .where(here, reviews.c.state == State.SUCCESS)
        .order_by(reviews.c.finished_at.desc())
        .limit(_RECENT)
    )
    durations = connection.scalars(recent).all()
    return Line(
        places=[(turn, queued_at) for turn, queued_at in connection.execute(waiting)],
        running=connection.scalar(running) or 0,
        typical_seconds=statistics.median(durations) if durations else None,
        has_worker=queue in listened_to(connection, time.time()),
    )


def seconds_left(
    line: Line | None, position: int | None, row: sa.RowMapping, percent: int
) -> float | None:
    """Return about how long a review will still take, or None when nothing tells.

    A waiting review: the reviews before it and its own, at the recent median, shared by as many
    as run now. A running one: what is left, at the speed of what is done.
    """
    if State(row["state"]).is_final:
        return None
    if line is not None and position is not None:
        if line.typical_seconds is None or not line.has_worker:
            return None
        return round(line.typical_seconds * (1 + position / max(1, line.running)), 1)
    elapsed = time.time() - (row["started_at"] or time.time())
    if percent < _TELLING_PERCENT or elapsed < _TELLING_SECONDS:
        return None
    return round(elapsed * (100 - percent) / percent, 1)


class Stranded:
    """Finds the reviews that nobody will take unless they are sent again.

    The broker may lose any message, and a worker may die with a review in its hands; the database
    knows of both.
    """

    def __init__(
        self,
        database: Database,
        attempts_limit: int,
        lease_seconds: float,
        clock: Clock = time.time,
    ) -> None:
        """Look in *database*; a review begun *attempts_limit* times is not begun again."""
        self._database = database
        self._attempts_limit = attempts_limit
        self._lease_seconds = lease_seconds
        self._clock = clock
        self._steps = Steps(clock)

    def take_back(self) -> list[Change]:
        """Return to the line every review whose worker is gone or silent; return what changed.

        One that was begun as often as it may be ends as a failure instead: its document is what
        kills the workers.
        """
        lost = self._lost()
        spent = reviews.c.attempts >= self._attempts_limit
        released = {"lease_owner": None, "lease_until": None, "version": reviews.c.version + 1}
        given_up = (
            sa.update(reviews)
            .where(lost, sa.or_(spent, reviews.c.cancel_requested))
            .values(
                state=sa.case((reviews.c.cancel_requested, State.REVOKED), else_=State.FAILURE),
                error_code=sa.case((reviews.c.cancel_requested, None), else_="worker_lost"),
                error_message=sa.case(
                    (reviews.c.cancel_requested, None),
                    else_=f"The worker was lost {self._attempts_limit} times on this document.",
                ),
                finished_at=self._clock(),
                **released,
            )
        )
        waiting_again = (
            sa.update(reviews)
            .where(lost)
            .values(
                state=State.RETRY,
                turn=sa.func.coalesce(_turn_on(), reviews.c.turn),
                stage=sa.case(dict(WAITS_FOR), value=reviews.c.queue),
                done=0,
                total=0,
                sent_at=None,
                **released,
            )
        )
        with self._database.writing() as connection:
            ended = connection.execute(given_up.returning(reviews)).mappings().all()
            again = connection.execute(waiting_again.returning(reviews)).mappings().all()
            for row in ended:
                tallies.ended(connection, row)
        return [change_of(row) for row in (*ended, *again)]

    def _lost(self) -> sa.ColumnElement[bool]:
        """Return what is true of reviews in hands that do nothing more."""
        gone = reviews.c.lease_owner.in_(self._gone())
        silent = run_out(reviews.c.lease_until, self._clock(), self._lease_seconds)
        # When the clock was set, those who live are to renew their leases first.
        is_settled = self._steps.settled(self._lease_seconds)
        return sa.and_(reviews.c.state.in_(RUNNING), sa.or_(gone, silent) if is_settled else gone)

    def _gone(self) -> list[str]:
        """Return the holders whose process this machine knows to have ended."""
        held = sa.select(reviews.c.lease_owner).where(reviews.c.state.in_(RUNNING))
        with self._database.reading() as connection:
            return [holder for holder in connection.scalars(held) if holder and is_gone(holder)]

    def unsent(self, queue_length: int, queue: Queue = Queue.DOCUMENTS) -> list[str]:
        """Return the ids that should be sent to *queue* (again), the oldest first.

        Never more than the broker's queue of *queue_length* messages lacks, so that a backlog is
        not multiplied.
        """
        now = self._clock()
        patience = _RESEND_SECONDS if queue_length else _RESEND_TO_EMPTY_SECONDS
        waiting = sa.and_(reviews.c.queue == queue, IS_WAITING)
        due = sa.or_(
            sa.and_(reviews.c.sent_at.is_(None), reviews.c.queued_at < now - _PATIENCE_SECONDS),
            sa.and_(reviews.c.sent_at.is_(None), reviews.c.state == State.RETRY),
            reviews.c.sent_at < now - patience,
            # Times to come are from before the clock was set back.
            reviews.c.sent_at > now + _PATIENCE_SECONDS,
            reviews.c.queued_at > now + _PATIENCE_SECONDS,
        )
        with self._database.reading() as connection:
            lacking = (
                connection.scalar(sa.select(sa.func.count()).where(waiting)) or 0
            ) - queue_length
            oldest = sa.select(reviews.c.id).where(waiting, due).order_by(reviews.c.queued_at)
            return list(connection.scalars(oldest.limit(max(0, lacking))))

    def sent(self, review_id: str) -> None:
        """Note that the broker has just been given *review_id*."""
        with self._database.writing() as connection:
            connection.execute(
                sa.update(reviews).where(reviews.c.id == review_id).values(sent_at=self._clock())
            )
