"""What the service looks like from outside, in numbers; all from the database.

So whichever web process is asked, the answer is the same.
"""

import time
from collections.abc import Mapping

import msgspec
import sqlalchemy as sa

from ai_prism.storage import tallies
from ai_prism.storage.clock import Clock
from ai_prism.storage.database import Database
from ai_prism.storage.listening import listened_to
from ai_prism.storage.tables import IS_WAITING, RUNNING, Queue, State, reviews
from ai_prism.storage.tallies import Tally


class QueueFigures(msgspec.Struct, frozen=True):
    """One queue at one moment."""

    length: int  #: reviews that wait
    age_seconds: float  #: how long the oldest of them has waited; 0: none waits
    running: int
    is_listened_to: bool  #: whether a worker works on it


class Figures(msgspec.Struct, frozen=True):
    """The service at one moment, and what has happened until then."""

    queues: Mapping[Queue, QueueFigures]
    kept: Mapping[State, int]  #: reviews that have not been deleted
    totals: Mapping[Tally, Mapping[str, float]]


def look(database: Database, clock: Clock = time.time) -> Figures:
    """Return the figures of now.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database does not answer.
    """
    with database.reading() as connection:
        return Figures(
            queues=_queues(connection, clock()),
            kept=_kept(connection),
            totals=tallies.totals(connection),
        )


def _queues(connection: sa.Connection, now: float) -> dict[Queue, QueueFigures]:
    count = sa.func.count()
    waiting = {
        queue: (length, max(0.0, now - oldest))
        for queue, length, oldest in connection.execute(
            sa.select(reviews.c.queue, count, sa.func.min(reviews.c.queued_at))
            .where(IS_WAITING)
            .group_by(reviews.c.queue)
        )
    }
    at_work = (
        sa.select(reviews.c.queue, count)
        .where(reviews.c.state.in_(RUNNING))
        .group_by(reviews.c.queue)
    )
    running = {row.queue: int(row[1]) for row in connection.execute(at_work)}
    listened = listened_to(connection, now)
    return {
        queue: QueueFigures(*waiting.get(queue, (0, 0.0)), running.get(queue, 0), queue in listened)
        for queue in Queue
    }


def _kept(connection: sa.Connection) -> dict[State, int]:
    by_state = sa.select(reviews.c.state, sa.func.count()).group_by(reviews.c.state)
    found = {State(state): number for state, number in connection.execute(by_state)}
    return {state: found.get(state, 0) for state in State}
