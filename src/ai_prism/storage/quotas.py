"""How much one owner may send, have waiting and have stored, and how long the line may get.

Counted in the database, which knows the truth, is shared by all web processes and is asked by an
upload anyway; so there are no counters that a restart of Redis could lose, or a request wait for.
"""

import time
from typing import ClassVar, Final

import sqlalchemy as sa

from ai_prism.core.errors import PrismError
from ai_prism.settings import Settings
from ai_prism.storage.audit import UPLOAD
from ai_prism.storage.database import Database, one_at_a_time
from ai_prism.storage.tables import IS_WAITING, audit_events, reviews

_MINUTE_SECONDS: Final = 60
#: Refusals that are not counted: somebody who tries again too soon is not put off for ever.
_UNCOUNTED: Final = (429, 503)


class OverLimit(PrismError):
    """A limit is reached."""

    code = "over_limit"
    #: When it may be worth to ask again.
    retry_after_seconds: ClassVar[int] = 30


class TooManyUploads(OverLimit):
    """This owner has sent as many documents in the last minute as it may."""

    code = "too_many_uploads"
    advice = "Wait a moment and send the rest then."
    retry_after_seconds = 15


class TooManyWaiting(OverLimit):
    """This owner has as many reviews waiting as it may."""

    code = "too_many_waiting"
    advice = "Wait until some of them are done, or cancel what you do not need."
    retry_after_seconds = 30


class StorageQuota(OverLimit):
    """This owner has as many bytes stored as it may."""

    code = "storage_quota"
    advice = "Delete reviews that you no longer need."
    retry_after_seconds = 3600


class QueueFull(OverLimit):
    """The line is so long that nobody's document is taken."""

    code = "queue_full"
    advice = "Try again later, or ask whoever runs this service for more workers."
    retry_after_seconds = 60


class Quotas:
    """The limits of *settings*, held against the database."""

    def __init__(self, database: Database, settings: Settings) -> None:
        """Count in *database*."""
        self._database = database
        self._settings = settings

    def check(self, owner: str, address: str, is_newcomer: bool) -> None:
        """Return when *owner* may send another document.

        Args:
            owner: who asks.
            address: from where.
            is_newcomer: whether nobody has seen this owner before. Newcomers share the count of
                their address: a program without a cookie jar is a newcomer each time.

        Raises:
            OverLimit: they may not, or nobody may.
        """
        sender = audit_events.c.address == address if is_newcomer else audit_events.c.who == owner
        with self._database.reading() as connection:
            self._check_pace(connection, sender)
            self._check_line(connection, owner)

    def check_room(self, connection: sa.Connection, owner: str, size_bytes: int) -> None:
        """Return when *size_bytes* more may be stored for *owner*.

        To be asked in the transaction that stores them.

        Raises:
            StorageQuota: they may not.
        """
        limit = self._settings.stored_bytes_limit
        if not limit:
            return
        one_at_a_time(connection, owner)
        stored = sa.select(sa.func.sum(reviews.c.bytes)).where(reviews.c.owner == owner)
        if (connection.scalar(stored) or 0) + size_bytes > limit:
            raise StorageQuota(
                f"With this document you would have more than {_size(limit)} stored."
            )

    def _check_pace(self, connection: sa.Connection, sender: sa.ColumnElement[bool]) -> None:
        limit = self._settings.uploads_per_minute
        just_now = audit_events.c.at > time.time() - _MINUTE_SECONDS
        counted = audit_events.c.outcome.not_in(_UNCOUNTED)
        if limit and limit <= _count(
            connection, audit_events, just_now, audit_events.c.action == UPLOAD, sender, counted
        ):
            raise TooManyUploads(f"More than {limit} documents came within a minute.")

    def _check_line(self, connection: sa.Connection, owner: str) -> None:
        own, everybody = self._settings.waiting_limit, self._settings.queue_limit
        waiting = IS_WAITING
        if own and own <= _count(connection, reviews, waiting, reviews.c.owner == owner):
            raise TooManyWaiting(f"There are {own} reviews of yours waiting already.")
        if everybody and everybody <= _count(connection, reviews, waiting):
            raise QueueFull(f"There are {everybody} reviews waiting already.")


def _count(connection: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1024**2:,.0f} MB"
