"""Leases by name: of many processes, one at a time does what must be done once."""

import time
from typing import Any

import sqlalchemy as sa

from ai_prism.storage.clock import Clock
from ai_prism.storage.database import Database
from ai_prism.storage.holders import is_gone, new_holder
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
        self._owner = new_holder()

    def take(self, name: str, seconds: float) -> bool:
        """Hold the lease *name* from now on; False when another process holds it."""
        now = self._clock()
        values: dict[str, Any] = {"owner": self._owner, "until": now + seconds}
        with self._database.writing() as connection:
            holder = connection.scalar(sa.select(leases.c.owner).where(leases.c.name == name))
            if holder is not None:
                is_mine = holder == self._owner or is_gone(holder)
                free = sa.true() if is_mine else run_out(leases.c.until, now, seconds)
                # Asked again with the change: another process may have looked at the same time.
                same = sa.and_(leases.c.name == name, leases.c.owner == holder)
                change = sa.update(leases).where(same, free).values(values)
                return connection.execute(change).rowcount > 0
        return self._begin(name, values)

    def _begin(self, name: str, values: dict[str, Any]) -> bool:
        try:
            with self._database.writing() as connection:
                connection.execute(sa.insert(leases).values(name=name, **values))
        except sa.exc.IntegrityError:
            return False  # another process was first
        return True
