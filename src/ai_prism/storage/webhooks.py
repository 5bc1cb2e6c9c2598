"""Whom to tell of the end of a review, and how far that is.

The row is written with the review, in one transaction. That a review has ended and nobody was told
is read off both, so there is no message that could be lost: `resend_webhooks` finds it.
"""

import random
import time
from enum import StrEnum
from typing import Final

import msgspec
import sqlalchemy as sa

from ai_prism.core.errors import PrismError
from ai_prism.storage.clock import Clock
from ai_prism.storage.database import Database
from ai_prism.storage.reviews import UnknownReview
from ai_prism.storage.summaries import ReviewSummary, summaries_of
from ai_prism.storage.tables import FINAL, IS_DISCARDED, State, reviews, webhooks

#: After so long another try, each a little sooner or later, so that not all come at once: the
#: schedule of https://www.standardwebhooks.com, but for its last days.
_PAUSES_SECONDS: Final = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0)
_SPREAD: Final = 0.2
#: Nobody else takes what somebody is just telling, or was when he died.
_HELD_SECONDS: Final = 60.0
#: It has gone for good, and says so.
_GONE: Final = "410"


class NoWebhook(PrismError):
    """Nobody is told of the end of this review."""

    code = "no_webhook"


class WebhookState(StrEnum):
    """How far telling is."""

    WAITING = "waiting"  #: for the review to end
    DUE = "due"
    TOLD = "told"
    GIVEN_UP = "given_up"


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """What `GET /reviews/<task_id>/webhook` answers."""

    url: str
    state: WebhookState
    attempts: int  #: of telling of this end
    last_answer: str  #: the status, or what came in its place; empty before the first try


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """An end to be told, in our hands for a while."""

    url: str
    secret: str
    ended_at: float
    attempts: int  #: this one included
    review: ReviewSummary


#: A review that failed may be run again, and ends again: each end is told.
_IS_DUE: Final = sa.and_(
    webhooks.c.review_id == reviews.c.id,
    reviews.c.state.in_(FINAL),
    ~IS_DISCARDED,
    webhooks.c.told_of.is_distinct_from(reviews.c.finished_at),
)


class Webhooks:
    """The webhooks in the database."""

    def __init__(self, database: Database, clock: Clock = time.time) -> None:
        """Work on *database*."""
        self._database = database
        self._clock = clock

    def due(self) -> int:
        """Return how many ends are to be told now."""
        with self._database.reading() as connection:
            return connection.scalar(sa.select(sa.func.count()).where(self._is_due_now())) or 0

    def claim(self) -> Telling | None:
        """Take an end to be told; None where there is none. Nobody else gets it for a minute."""
        first = sa.select(webhooks, reviews.c.finished_at).where(self._is_due_now())
        while True:
            with self._database.reading() as connection:
                ordered = first.order_by(webhooks.c.next_at).limit(1)
                row = connection.execute(ordered).mappings().one_or_none()
            if row is None:
                return None
            with self._database.writing() as connection:
                if telling := self._taken(connection, row):
                    return telling  # else somebody else was quicker

    def told(self, telling: Telling, answer: str) -> None:
        """Write down that *telling* was done."""
        self._answered(telling, answer, told_of=telling.ended_at, is_given_up=False)

    def failed(self, telling: Telling, answer: str) -> None:
        """Write down that it was not, and why; it is tried again, or given up after the last."""
        if telling.attempts > len(_PAUSES_SECONDS) or answer == _GONE:
            self._answered(telling, answer, told_of=telling.ended_at, is_given_up=True)
        else:
            pause = _PAUSES_SECONDS[telling.attempts - 1]
            pause *= random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311  no secret
            self._answered(telling, answer, next_at=self._clock() + pause)

    def of_review(self, review_id: str, owner: str) -> Webhook:
        """Return whom a review tells of its end, and how far that is.

        Raises:
            UnknownReview: *owner* has no such review.
            NoWebhook: it tells nobody.
        """
        own = sa.and_(reviews.c.id == review_id, reviews.c.owner == owner, ~IS_DISCARDED)
        both = sa.select(reviews.c.state, reviews.c.finished_at, webhooks).outerjoin(webhooks)
        with self._database.reading() as connection:
            row = connection.execute(both.where(own)).mappings().one_or_none()
        if row is None:
            raise UnknownReview("There is no such review.")
        if row["url"] is None:
            raise NoWebhook("Nobody is told of the end of this review.")
        return Webhook(
            url=row["url"],
            state=_state_of(row),
            attempts=row["attempts"],
            last_answer=row["last_answer"],
        )

    def _is_due_now(self) -> sa.ColumnElement[bool]:
        # What was tried of an earlier end puts off no later one.
        at_once = webhooks.c.tried_of.is_distinct_from(reviews.c.finished_at)
        return sa.and_(_IS_DUE, sa.or_(webhooks.c.next_at <= self._clock(), at_once))

    def _taken(self, connection: sa.Connection, row: sa.RowMapping) -> Telling | None:
        is_again = row["tried_of"] == row["finished_at"]
        as_it_was = sa.and_(
            webhooks.c.review_id == row["review_id"],
            webhooks.c.next_at == row["next_at"],
            webhooks.c.tried_of.is_not_distinct_from(row["tried_of"]),
        )
        attempts = row["attempts"] + 1 if is_again else 1
        take = sa.update(webhooks).where(as_it_was)
        held = {
            "next_at": self._clock() + _HELD_SECONDS,
            "tried_of": row["finished_at"],
            "attempts": attempts,
        }
        if not connection.execute(take.values(held)).rowcount:
            return None
        review = sa.select(reviews).where(reviews.c.id == row["review_id"])
        return Telling(
            url=row["url"],
            secret=row["secret"],
            ended_at=row["finished_at"],
            attempts=attempts,
            review=summaries_of(connection, connection.execute(review).mappings().all())[0],
        )

    def _answered(self, telling: Telling, answer: str, **values: object) -> None:
        ours = sa.and_(
            webhooks.c.review_id == telling.review.id,
            webhooks.c.tried_of == telling.ended_at,
            webhooks.c.attempts == telling.attempts,
        )
        change = sa.update(webhooks).where(ours).values(last_answer=answer, **values)
        with self._database.writing() as connection:
            connection.execute(change)


def _state_of(row: sa.RowMapping) -> WebhookState:
    if State(row["state"]) not in FINAL:
        return WebhookState.WAITING
    if row["told_of"] != row["finished_at"]:
        return WebhookState.DUE
    return WebhookState.GIVEN_UP if row["is_given_up"] else WebhookState.TOLD
