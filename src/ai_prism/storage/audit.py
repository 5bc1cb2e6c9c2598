"""The audit log: who read or changed which review, from where, and what came of it.

It holds no word of a document. The database refuses to change a row (see migration 0002); rows
leave it only by age.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from ai_prism.storage.database import Database
from ai_prism.storage.tables import audit_events
from ai_prism.storage.together import WritingTogether

#: The action of an upload, which is also what the limit of uploads counts.
UPLOAD: Final = "uploads.create"

_PAGE: Final = 1000


class AuditEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody did, or tried."""

    at: float  #: seconds since 1970, UTC
    who: str  #: the owner that asked; empty: nobody who was known
    name: str  #: what the person is called, where signing in told it
    action: str
    review_id: str | None
    address: str
    outcome: int  #: the HTTP status that was answered


class AuditLog:
    """The log in the database."""

    def __init__(self, database: Database) -> None:
        """Write to *database* and read from it."""
        self._database = database
        self._together = WritingTogether(database, audit_events)

    def write(self, event: AuditEvent) -> None:
        """Add *event*; when this returns, it is on disk."""
        self._together.add(msgspec.structs.asdict(event))

    def read(
        self, *, review_id: str | None = None, since: datetime | None = None
    ) -> Iterator[AuditEvent]:
        """Yield the events of a review, or of all, from *since* on, the oldest first."""
        wanted = sa.select(audit_events).order_by(audit_events.c.id).limit(_PAGE)
        if review_id is not None:
            wanted = wanted.where(audit_events.c.review_id == review_id)
        if since is not None:
            wanted = wanted.where(audit_events.c.at >= since.astimezone(UTC).timestamp())
        last = 0
        while True:
            # In pages, so that a long log costs no memory and holds no transaction open.
            with self._database.reading() as connection:
                page = connection.execute(wanted.where(audit_events.c.id > last)).mappings().all()
            for row in page:
                last = row["id"]
                yield AuditEvent(**{field: row[field] for field in AuditEvent.__struct_fields__})
            if len(page) < _PAGE:
                return

    def forget_before(self, moment: float) -> int:
        """Remove what is older than *moment* and return how many events that were."""
        with self._database.writing() as connection:
            gone = connection.execute(sa.delete(audit_events).where(audit_events.c.at < moment))
        return gone.rowcount
