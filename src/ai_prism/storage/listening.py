"""Which queues somebody listens to, kept in the database: it is asked with every state of a review.

A worker says so again and again; one that has died is believed to listen for a little longer.
"""

import time
from collections.abc import Collection
from contextlib import suppress
from typing import Final

import sqlalchemy as sa

from ai_prism.storage.clock import Clock
from ai_prism.storage.database import Database
from ai_prism.storage.leases import run_out
from ai_prism.storage.tables import Queue, leases

#: How long a worker is believed after its last word. Its loop may stand still for seconds, when
#: Redis does.
_BELIEVED_SECONDS: Final = 15.0
#: What was said less than this ago, by whomever, need not be said again.
_FRESH_SECONDS: Final = 4.0
_PREFIX: Final = "listening: "


class Listening:
    """What the workers have said."""

    def __init__(self, database: Database, clock: Clock = time.time) -> None:
        """Keep it in *database*."""
        self._database = database
        self._clock = clock

    def say(self, queues: Collection[Queue]) -> None:
        """Say that this process listens to *queues*, and for now will."""
        now = self._clock()
        fresh = leases.c.until.between(
            now + _BELIEVED_SECONDS - _FRESH_SECONDS, now + _BELIEVED_SECONDS
        )
        with self._database.reading() as connection:
            said = set(connection.scalars(sa.select(leases.c.name).where(fresh)))
        for name in {_PREFIX + queue for queue in queues} - said:
            self._say(name, now + _BELIEVED_SECONDS)

    def queues(self) -> frozenset[Queue]:
        """Return the queues that somebody listens to."""
        with self._database.reading() as connection:
            return listened_to(connection, self._clock())

    def _say(self, name: str, until: float) -> None:
        again = sa.update(leases).where(leases.c.name == name).values(until=until)
        with self._database.writing() as connection:
            if connection.execute(again).rowcount:
                return
        # Unless another worker has said it at the same moment.
        with suppress(sa.exc.IntegrityError), self._database.writing() as connection:
            # Nobody owns it: any worker's word is as good as another's.
            connection.execute(sa.insert(leases).values(name=name, owner="", until=until))


def listened_to(connection: sa.Connection, now: float) -> frozenset[Queue]:
    """Return the queues that somebody listens to."""
    gone = run_out(leases.c.until, now, _BELIEVED_SECONDS)
    names = sa.select(leases.c.name).where(leases.c.name.like(_PREFIX + "%"), sa.not_(gone))
    return frozenset(Queue(name.removeprefix(_PREFIX)) for name in connection.scalars(names))
