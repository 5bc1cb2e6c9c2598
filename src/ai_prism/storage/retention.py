"""What is deleted because its time is over, and what a deletion must not leave behind."""

import logging
import time
from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from ai_prism.settings import Settings
from ai_prism.storage.audit import AuditEvent, AuditLog
from ai_prism.storage.database import Database
from ai_prism.storage.files import Files
from ai_prism.storage.identities import Sessions
from ai_prism.storage.model_gate import forget_spending
from ai_prism.storage.tables import FINAL, reviews
from ai_prism.storage.undo import UNDO_SECONDS

_log = logging.getLogger(__name__)

_DAY_SECONDS: Final = 24 * 3600
#: A round of deletions stays short; the next one goes on.
_BATCH: Final = 100
#: A file this old without a review belongs to none: an upload is not so slow.
_ABANDONED_SECONDS: Final = 24 * 3600
_SEARCH_SECONDS: Final = 3600


class Retention:
    """Deletes what has been kept long enough."""

    def __init__(self, database: Database, files: Files, settings: Settings) -> None:
        """Delete from *database* and *files* what *settings* say."""
        self._database = database
        self._files = files
        self._keep_seconds = settings.keep_days * _DAY_SECONDS
        self._audit_seconds = settings.audit_days * _DAY_SECONDS
        self._audit = AuditLog(database)
        self._sessions = Sessions(database, settings.session_hours)
        self._searched_at: float | None = None

    def delete_expired(self, forget: Callable[[str], None]) -> None:
        """Delete reviews, files, sessions and audit events whose time is over.

        Args:
            forget: is called with the id of each deleted review, to remove it elsewhere.
        """
        now = time.time()
        for review_id in self._delete_reviews(now) if self._keep_seconds else ():
            forget(review_id)
        self._sessions.forget_ended()
        self._audit.forget_before(now - self._audit_seconds)
        self._delete_abandoned(now)
        self._database.scrub()

    def delete_discarded(self, forget: Callable[[str], None]) -> None:
        """Delete the reviews that their owners deleted and can bring back no more.

        Args:
            forget: is called with the id of each deleted review, to remove it elsewhere.
        """
        now = time.time()
        over = reviews.c.deleted_at <= now - UNDO_SECONDS
        if gone := self._delete_those(over, reviews.c.deleted_at, now, "delete_discarded"):
            for review_id in gone:
                forget(review_id)
            self._database.scrub()

    def _delete_reviews(self, now: float) -> list[str]:
        over = sa.and_(reviews.c.state.in_(FINAL), reviews.c.finished_at < now - self._keep_seconds)
        return self._delete_those(over, reviews.c.finished_at, now, "delete_expired")

    def _delete_those(
        self, over: sa.ColumnElement[bool], since: sa.Column[float], now: float, action: str
    ) -> list[str]:
        """Delete the reviews whose time is *over*, the longest *since* first, and return their ids.

        Only some at a time, and each with an event *action* in the audit log.
        """
        oldest = sa.select(reviews.c.id).where(over).order_by(since).limit(_BATCH)
        # Asked once more in the deletion: a review may have been begun anew meanwhile.
        gone = sa.delete(reviews).where(reviews.c.id.in_(oldest), over)
        with self._database.writing() as connection:
            rows = connection.execute(gone.returning(reviews.c.id, reviews.c.sha256)).all()
            forget_spending(connection, [review_id for review_id, _ in rows])
        for review_id, sha256 in rows:
            self._files.delete(sha256, review_id)
            self._audit.write(
                AuditEvent(
                    at=now,
                    who="retention",
                    name="",
                    action=action,
                    review_id=review_id,
                    address="",
                    outcome=204,
                )
            )
        return [review_id for review_id, _ in rows]

    def _delete_abandoned(self, now: float) -> None:
        """Remove files that a process left behind when it died between file and row."""
        if self._searched_at is not None and now - self._searched_at < _SEARCH_SECONDS:
            return
        self._searched_at = now
        for name in self._files.older_than(now - _ABANDONED_SECONDS):
            review_id = name.rpartition("/")[2]
            with self._database.reading() as connection:
                known = sa.select(reviews.c.id).where(reviews.c.id == review_id)
                is_known = connection.scalar(known) is not None
            if not is_known:
                _log.info("removing a file that belongs to no review: %s", review_id)
                self._files.remove(name)
