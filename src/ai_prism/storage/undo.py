"""Deleting with a way back: a review is gone at once, and can be brought back for a moment.

Until then it exists for nobody, in no list and under no address; after that `Retention` deletes it
everywhere, as `Reviews.delete` does.
"""

import time
from typing import Final

import msgspec
import sqlalchemy as sa

from ai_prism.storage.clock import Clock
from ai_prism.storage.database import Database
from ai_prism.storage.reviews import UnknownReview
from ai_prism.storage.tables import IS_DISCARDED, reviews

#: So long a deletion can be taken back.
UNDO_SECONDS: Final = 30.0


class Discarded(msgspec.Struct, frozen=True, kw_only=True):
    """A review that is deleted soon."""

    id: str
    name: str
    seconds_left: float


class Undo:
    """Discards reviews, and brings them back."""

    def __init__(self, database: Database, clock: Clock = time.time) -> None:
        """Work on *database*."""
        self._database = database
        self._clock = clock

    def discard(self, review_id: str, owner: str) -> None:
        """Let a review exist for nobody any more.

        Raises:
            UnknownReview: *owner* has no such review.
        """
        # The key is free at once, as after any deletion: the same upload again is a new review.
        self._change(
            sa.and_(reviews.c.id == review_id, reviews.c.owner == owner, ~IS_DISCARDED),
            {"deleted_at": self._clock(), "idempotency_key": None},
        )

    def restore(self, review_id: str, owner: str) -> None:
        """Bring back a review that was discarded a moment ago.

        Raises:
            UnknownReview: *owner* has discarded no such review, or the time is over.
        """
        known = sa.and_(reviews.c.id == review_id, reviews.c.owner == owner)
        self._change(sa.and_(known, self._can_come_back()), {"deleted_at": None})

    def discarded(self, owner: str) -> tuple[Discarded, ...]:
        """Return what *owner* can still bring back, the latest first."""
        mine = (
            sa.select(reviews.c.id, reviews.c.name, reviews.c.deleted_at)
            .where(reviews.c.owner == owner, self._can_come_back())
            .order_by(reviews.c.deleted_at.desc())
        )
        now = self._clock()
        with self._database.reading() as connection:
            return tuple(
                Discarded(id=id_, name=name, seconds_left=at + UNDO_SECONDS - now)
                for id_, name, at in connection.execute(mine)
            )

    def _can_come_back(self) -> sa.ColumnElement[bool]:
        return reviews.c.deleted_at > self._clock() - UNDO_SECONDS

    def _change(self, which: sa.ColumnElement[bool], values: dict[str, object]) -> None:
        change = sa.update(reviews).where(which).values(version=reviews.c.version + 1, **values)
        with self._database.writing() as connection:
            if not connection.execute(change).rowcount:
                raise UnknownReview("There is no such review.")
