"""The reviews as a worker sees them: claimed with a lease, written to while it holds.

Every write asks again whether the lease is still ours (a fence), in the transaction that writes.
A worker that was thought dead and comes back can therefore change nothing.
"""

import time
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from ai_prism.core.errors import Cancelled, PrismError
from ai_prism.core.model import Party, Review
from ai_prism.core.progress import Stage, StageReached
from ai_prism.storage import decisions, tallies
from ai_prism.storage.changes import Change, change_of
from ai_prism.storage.clock import Clock
from ai_prism.storage.database import Database
from ai_prism.storage.holders import new_holder
from ai_prism.storage.leases import run_out
from ai_prism.storage.news import News, write
from ai_prism.storage.queue import WAITS_FOR, next_turn
from ai_prism.storage.section_tasks import Examined, Planned, is_to_finish, keep_examined, plan
from ai_prism.storage.summaries import Outcome
from ai_prism.storage.tables import IS_DISCARDED, IS_WAITING, RUNNING, Queue, State, reviews


class LeaseLost(Exception):
    """Another worker has the review now, or it was deleted: stop, and write nothing."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A review in our hands."""

    review_id: str
    lease_owner: str  #: new with every claim; what the fence compares
    owner: str
    name: str
    sha256: str
    playbook: str
    party: Party
    attempt: int
    reached: StageReached  #: by those who had it before; else the very beginning
    previous: str | None = None  #: the review of the draft before, to be compared with


class Work:
    """Claims reviews and writes what their analysis brings."""

    def __init__(
        self,
        database: Database,
        *,
        lease_seconds: float,
        attempts_limit: int,
        clock: Clock = time.time,
    ) -> None:
        """Hold each claim for *lease_seconds* at a time and begin a review that often at most."""
        self._database = database
        self._lease_seconds = lease_seconds
        self._attempts_limit = attempts_limit
        self._clock = clock

    def claim(self, review_id: str, queue: Queue = Queue.DOCUMENTS) -> Claim | None:
        """Take a waiting review, or one whose worker went silent; None when it is not to be had.

        None is the normal answer to a message that came twice or too late, or to one from a
        *queue* that the review has left since.
        """
        now = self._clock()
        lease_owner = new_holder()
        silent = sa.and_(
            reviews.c.state.in_(RUNNING),
            run_out(reviews.c.lease_until, now, self._lease_seconds),
        )
        free = sa.or_(IS_WAITING, silent)
        # Whoever recognises its scans goes on where reading its printed pages ended.
        handed_on = reviews.c.stage == Stage.RECOGNISING.value
        take = (
            sa.update(reviews)
            .where(reviews.c.id == review_id, free, self._may_begin(queue))
            .values(
                state=sa.case((handed_on, State.PROGRESS), else_=State.STARTED),
                stage=sa.case((handed_on, reviews.c.stage), else_=Stage.READING.value),
                done=sa.case((handed_on, reviews.c.done), else_=0),
                total=sa.case((handed_on, reviews.c.total), else_=0),
                lease_owner=lease_owner,
                lease_until=now + self._lease_seconds,
                attempts=reviews.c.attempts + 1,
                started_at=now,
                version=reviews.c.version + 1,
            )
            .returning(reviews)
        )
        with self._database.writing() as connection:
            row = connection.execute(take).mappings().one_or_none()
        return self._claim_of(row) if row else None

    def claim_last_step(self) -> Claim | None:
        """Take a review whose passages have all been read; None when there is none.

        Of those who bring the last outcomes, and of their messages, one gets it.
        """
        one = sa.select(reviews.c.id).where(is_to_finish()).limit(1)
        with self._database.reading() as connection:
            review_id = connection.scalar(one)
        if review_id is None:
            return None
        take = (
            sa.update(reviews)
            .where(reviews.c.id == review_id, is_to_finish())
            .values(lease_owner=new_holder(), lease_until=self._clock() + self._lease_seconds)
            .returning(reviews)
        )
        with self._database.writing() as connection:
            row = connection.execute(take).mappings().one_or_none()
        return self._claim_of(row) if row else None

    def _claim_of(self, row: sa.RowMapping) -> Claim:
        return Claim(
            review_id=row["id"],
            lease_owner=row["lease_owner"],
            owner=row["owner"],
            name=row["name"],
            sha256=row["sha256"],
            playbook=row["playbook"],
            party=Party(row["party"]),
            attempt=row["attempts"],
            previous=row["previous"],
            reached=StageReached(stage=Stage(row["stage"]), done=row["done"], total=row["total"]),
        )

    def whose_turn(self, queue: Queue) -> str | None:
        """Return the id of the review of *queue* to be begun next; None: none waits.

        Only to look: somebody else may claim it before.
        """
        waiting = (
            sa.select(reviews.c.id)
            .where(IS_WAITING, self._may_begin(queue))
            .order_by(reviews.c.turn, reviews.c.queued_at)
            .limit(1)
        )
        with self._database.reading() as connection:
            return connection.scalar(waiting)

    def _may_begin(self, queue: Queue) -> sa.ColumnElement[bool]:
        return sa.and_(
            reviews.c.queue == queue,
            reviews.c.attempts < self._attempts_limit,
            reviews.c.cancel_requested.is_(False),
            ~IS_DISCARDED,
        )

    def renew(self, claim: Claim) -> None:
        """Hold *claim* for another while.

        Raises:
            LeaseLost: it is no longer ours.
            Cancelled: the review is to end.
        """
        with self._database.writing() as connection:
            row = _update(connection, claim, lease_until=self._clock() + self._lease_seconds)
        if row["cancel_requested"]:
            raise Cancelled("The review was cancelled.")

    def record(self, claim: Claim, news: News) -> Change:
        """Write *news* and return the change that watchers are told of.

        Raises:
            LeaseLost: the claim is no longer ours; nothing was written.
            Cancelled: the review is to end; the news were written.
        """
        facts = (
            {"pages": news.document.pages, "words": news.document.words} if news.document else {}
        )
        with self._database.writing() as connection:
            row = _update(
                connection,
                claim,
                state=State.PROGRESS,
                lease_until=self._clock() + self._lease_seconds,
                stage=news.stage,
                done=news.done,
                total=news.total,
                version=reviews.c.version + 1,
                **facts,
            )
            new = write(connection, claim.review_id, row["version"], news)
        if row["cancel_requested"]:
            raise Cancelled("The review was cancelled.")
        return change_of(row, news.sections, new)

    def hand_on(self, claim: Claim, queue: Queue, news: News) -> Change:
        """Let the review wait in another *queue*, as far as *news* says that it is.

        This attempt is not counted: nothing went wrong. Earlier ones are, so that a document that
        kills workers of both queues is still begun no more often than it may be.

        Raises:
            LeaseLost: the claim is no longer ours; nothing was written.
            Cancelled: it was cancelled a moment before; nothing was written.
        """
        with self._database.writing() as connection:
            row = _update(
                connection,
                claim,
                queue=queue,
                state=State.PENDING,
                stage=WAITS_FOR[queue],
                done=news.done,
                total=news.total,
                lease_owner=None,
                lease_until=None,
                attempts=reviews.c.attempts - 1,
                queued_at=self._clock(),
                turn=next_turn(connection, queue, claim.owner),
                sent_at=None,
                version=reviews.c.version + 1,
            )
            if row["cancel_requested"]:
                raise Cancelled("The review was cancelled.")
        return change_of(row)

    def hand_out(
        self, claim: Claim, news: News, examined: Examined, planned: Sequence[Planned]
    ) -> Change:
        """Let the *planned* passages be read by whoever is free; the review is in nobody's hands.

        Raises:
            LeaseLost: the claim is no longer ours; nothing was written.
            Cancelled: it was cancelled a moment before; nothing was written.
        """
        with self._database.writing() as connection:
            known = plan(connection, claim.review_id, claim.owner, planned)
            keep_examined(connection, claim.review_id, examined)
            row = _update(
                connection,
                claim,
                state=State.PROGRESS,
                stage=Stage.REVIEWER.value,
                done=known,
                total=len(planned) + 1,  # and the document as a whole
                lease_owner=None,
                lease_until=None,
                version=reviews.c.version + 1,
            )
            if row["cancel_requested"]:
                raise Cancelled("The review was cancelled.")
            new = write(connection, claim.review_id, row["version"], news)
        return change_of(row, news.sections, new)

    def finish(self, claim: Claim, review: Review) -> Change:
        """Write the whole *review* and end it as a success, in one transaction.

        Raises:
            LeaseLost: the claim is no longer ours; nothing was written.
            Cancelled: it was cancelled a moment before; nothing was written.
        """
        outcome = Outcome(
            playbook=review.playbook,
            risk=review.risk,
            coverage=review.coverage,
            problems=review.problems,
            receipt=review.receipt,
        )
        news = News(document=review.document, sections=review.sections, findings=review.findings)
        with self._database.writing() as connection:
            row = _end(
                connection,
                claim,
                State.SUCCESS,
                stage=Stage.RISK.value,
                done=1,
                total=1,
                outcome=msgspec.json.encode(outcome).decode(),
                pages=review.document.pages,
                words=review.document.words,
                error_code=None,
                error_message=None,
            )
            if row["cancel_requested"]:
                raise Cancelled("The review was cancelled.")
            new = write(connection, claim.review_id, row["version"], news)
            decisions.keep(connection, row, review)
            tallies.ended(connection, row, review)
        return change_of(row, review.sections, new)

    def fail(self, claim: Claim, error: PrismError, news: News) -> Change:
        """End the review as a failure, or as cancelled; what was found is kept, *news* included.

        Raises:
            LeaseLost: the claim is no longer ours; nothing was written.
        """
        cancelled = isinstance(error, Cancelled)
        with self._database.writing() as connection:
            row = _end(
                connection,
                claim,
                State.REVOKED if cancelled else State.FAILURE,
                error_code=None if cancelled else error.code,
                error_message=None if cancelled else error.message,
            )
            new = write(connection, claim.review_id, row["version"], news)
            tallies.ended(connection, row)
        return change_of(row, news.sections, new)


def _update(connection: sa.Connection, claim: Claim, **values: Any) -> sa.RowMapping:
    ours = sa.and_(reviews.c.id == claim.review_id, reviews.c.lease_owner == claim.lease_owner)
    change = sa.update(reviews).where(ours, reviews.c.state.in_(RUNNING)).values(values)
    row = connection.execute(change.returning(reviews)).mappings().one_or_none()
    if row is None:
        raise LeaseLost(claim.review_id)
    return row


def _end(connection: sa.Connection, claim: Claim, state: State, **values: Any) -> sa.RowMapping:
    return _update(
        connection,
        claim,
        state=state,
        finished_at=time.time(),
        lease_owner=None,
        lease_until=None,
        version=reviews.c.version + 1,
        **values,
    )
