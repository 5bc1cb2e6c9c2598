"""Leases by name: of many processes, one at a time does what must be done once."""

import time
import uuid
from typing import Any

import sqlalchemy as sa

from ai_prism.storage.clock import Clock
from ai_prism.storage.database import Database
from ai_prism.storage.tables import leases


def run_out(until: sa.Column[float], now: float, seconds: float) -> sa.ColumnElement[bool]:
    """Return whether a lease, held *until* then and for *seconds* at a time, has run out.

    One that runs longer than it can have been taken for is from before the clock was set back.
    """
    return sa.or_(until < now, until > now + 2 * seconds)


class Leases:
    """The leases of one process."""

    def __init__(self, database: Database, clock: Clock = time.time) -> None:
        """Take leases in *database*."""
        self._database = database
        self._clock = clock
        self._owner = str(uuid.uuid4())

    def take(self, name: str, seconds: float) -> bool:
        """Hold the lease *name* from now on; False when another process holds it."""
        now = self._clock()
        free = sa.or_(leases.c.owner == self._owner, run_out(leases.c.until, now, seconds))
        values: dict[str, Any] = {"owner": self._owner, "until": now + seconds}
        with self._database.writing() as connection:
            renewed = connection.execute(
                sa.update(leases).where(leases.c.name == name, free).values(values)
            )
            if renewed.rowcount:
                return True
            held = connection.scalar(sa.select(leases.c.owner).where(leases.c.name == name))
        return held is None and self._begin(name, values)

    def _begin(self, name: str, values: dict[str, Any]) -> bool:
        try:
            with self._database.writing() as connection:
                connection.execute(sa.insert(leases).values(name=name, **values))
        except sa.exc.IntegrityError:
            return False  # another process was first
        return True
