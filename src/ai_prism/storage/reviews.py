"""The reviews as people see them: taken in, listed, read, cancelled, run again, deleted.

Every look-up names the owner: somebody else's review does not exist.
"""

import time
import uuid
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from ai_prism.core.decoding import prepared
from ai_prism.core.errors import PrismError
from ai_prism.core.model import Document, Party
from ai_prism.storage import tallies
from ai_prism.storage.changes import Change, error_of, facts_of
from ai_prism.storage.database import Database
from ai_prism.storage.drafts import Previous, comparison_of
from ai_prism.storage.files import Files, Upload
from ai_prism.storage.listing import Question, asked_for
from ai_prism.storage.model_gate import forget_spending
from ai_prism.storage.queue import next_turn
from ai_prism.storage.quotas import Quotas
from ai_prism.storage.summaries import (
    ReviewSummary,
    StoredReview,
    findings_of,
    outcome_of,
    progress_of,
    sections_of,
    summaries_of,
)
from ai_prism.storage.tables import IS_DISCARDED, Queue, State, documents, reviews, webhooks
from ai_prism.webhooks.signing import Hook


class UnknownReview(PrismError):
    """There is no such review, or it is somebody else's."""

    code = "unknown_review"
    advice = "Look through your reviews: it may have been deleted, or belong to another browser."


class NotPossible(PrismError):
    """The review's state does not allow it."""

    code = "not_possible"


class KeptFile(msgspec.Struct, frozen=True, kw_only=True):
    """The document of a review as the file store has it."""

    review_id: str
    sha256: str
    media_type: str
    pages: int | None  #: None until it has been read, and where its format has no pages


_LISTED: Final = 200
_EVERYTHING: Final = Question()


class Reviews:
    """The reviews in the database, with their files."""

    def __init__(self, database: Database, files: Files, quotas: Quotas | None = None) -> None:
        """Keep reviews in *database* and their documents in *files*, as far as *quotas* allow."""
        self._database = database
        self._files = files
        self._quotas = quotas

    def accept(
        self,
        upload: Upload,
        *,
        owner: str,
        name: str,
        media_type: str,
        playbook: str = "",
        party: Party = Party.NEUTRAL,
        previous: Previous | None = None,
        idempotency_key: str | None = None,
        hook: Hook | None = None,
    ) -> str:
        """Return the id of a new review of *upload*, kept for good; or of the same one sent again.

        An upload with the owner's earlier *idempotency_key* is that earlier review.

        Raises:
            StorageQuota: the owner has no room for it.
        """
        review_id = str(uuid.uuid4())
        now = time.time()
        # The file first: a row whose file is missing would be a lost document, while a file
        # without a row is only waste, removed by `delete_expired`.
        self._files.keep(upload, review_id)
        row = {
            "id": review_id,
            "owner": owner,
            "name": name,
            "media_type": media_type,
            "sha256": upload.sha256,
            "bytes": upload.bytes,
            "playbook": playbook,
            "party": party,
            "idempotency_key": idempotency_key,
            "previous": previous.id if previous else None,
            "first_draft": previous.first_draft if previous else None,
            "state": State.PENDING,
            "created_at": now,
            "queued_at": now,
        }
        is_written = False
        try:
            with self._database.writing() as connection:
                if self._quotas:
                    self._quotas.check_room(connection, owner, upload.bytes)
                row["turn"] = next_turn(connection, Queue.DOCUMENTS, owner)
                connection.execute(sa.insert(reviews).values(row))
                if hook:
                    told = {"review_id": review_id, **msgspec.structs.asdict(hook)}
                    connection.execute(sa.insert(webhooks).values(told))
                tallies.uploaded(connection, upload.bytes)
                is_written = True
        except sa.exc.IntegrityError:
            self._files.delete(upload.sha256, review_id)
            earlier = self.sent_before(owner, idempotency_key)
            if earlier is None:
                raise
            return earlier
        except BaseException:
            # A server that is lost over the commit may have committed: then the row is there, and
            # its file must be, too. If it is not, `delete_expired` removes the file.
            if not is_written:
                self._files.delete(upload.sha256, review_id)
            raise
        return review_id

    def sent_before(self, owner: str, idempotency_key: str | None) -> str | None:
        """Return the id of the review that *owner* sent with this key, if there is one."""
        if idempotency_key is None:
            return None
        same = sa.and_(reviews.c.owner == owner, reviews.c.idempotency_key == idempotency_key)
        with self._database.reading() as connection:
            return connection.scalar(sa.select(reviews.c.id).where(same))

    def history(
        self, owner: str, limit: int = _LISTED, question: Question = _EVERYTHING
    ) -> tuple[ReviewSummary, ...]:
        """Return the first reviews of *owner* that *question* asks for; without one, the newest."""
        with self._database.reading() as connection:
            ids = asked_for(connection, owner, question, limit)
            chosen = sa.select(reviews).where(reviews.c.id.in_(ids))
            rows = {row["id"]: row for row in connection.execute(chosen).mappings()}
            return summaries_of(connection, [rows[id_] for id_ in ids if id_ in rows])

    def summary(self, review_id: str, owner: str) -> ReviewSummary:
        """Return the state of a review.

        Raises:
            UnknownReview: *owner* has no such review.
        """
        with self._database.reading() as connection:
            return summaries_of(connection, [_row(connection, review_id, owner)])[0]

    def find(self, review_id: str, owner: str) -> StoredReview:
        """Return everything that is kept of a review.

        Raises:
            UnknownReview: *owner* has no such review.
        """
        with self._database.reading() as connection:
            row = _row(connection, review_id, owner)
            body = connection.scalar(
                sa.select(documents.c.body).where(documents.c.review_id == review_id)
            )
            found = findings_of(connection, review_id)
            return StoredReview(
                summary=summaries_of(connection, [row])[0],
                playbook=row["playbook"],
                document=msgspec.json.decode(body, type=prepared(Document)) if body else None,
                sections=sections_of(connection, review_id),
                findings=found,
                outcome=outcome_of(row),
                comparison=comparison_of(connection, review_id, found),
            )

    def kept_file(self, review_id: str, owner: str) -> KeptFile:
        """Return under what the file store has the document of a review.

        Raises:
            UnknownReview: *owner* has no such review.
        """
        with self._database.reading() as connection:
            row = _row(connection, review_id, owner)
        return KeptFile(
            review_id=review_id,
            sha256=row["sha256"],
            media_type=row["media_type"],
            pages=row["pages"],
        )

    def changes_since(self, review_id: str, owner: str, version: int) -> Change:
        """Return the state of a review and what came after *version*; after 0: all there is.

        After a version that is yet to come, and may be larger than the database can count, nothing
        came.

        Raises:
            UnknownReview: *owner* has no such review.
        """
        with self._database.reading() as connection:
            row = _row(connection, review_id, owner)
            seen = min(version, row["version"])
            return Change(
                task_id=review_id,
                owner=owner,
                version=row["version"],
                state=State(row["state"]),
                progress=progress_of(connection, row),
                error=error_of(row["error_code"], row["error_message"]),
                document=facts_of(row),
                sections=sections_of(connection, review_id, seen),
                findings=findings_of(connection, review_id, seen),
            )

    def version(self, review_id: str, owner: str) -> int:
        """Return the version of a review: whether anything came can be asked often.

        Raises:
            UnknownReview: *owner* has no such review.
        """
        with self._database.reading() as connection:
            found = sa.select(reviews.c.version).where(_own(review_id, owner))
            version: int = _only(connection, found)["version"]
            return version

    def cancel(self, review_id: str, owner: str) -> None:
        """Stop a review: at once while nobody holds it, at its worker's next step while one does.

        Raises:
            UnknownReview: *owner* has no such review.
            NotPossible: it has ended already.
        """
        # It waits for a worker, or its passages are read: whoever reads them is not asked.
        waiting = reviews.c.lease_owner.is_(None)
        with self._database.writing() as connection:
            row = _held(connection, review_id, owner)
            if State(row["state"]).is_final:
                raise NotPossible("The review has ended already; there is nothing to cancel.")
            asked = (
                sa.update(reviews)
                .where(reviews.c.id == review_id)
                .values(
                    cancel_requested=True,
                    state=sa.case((waiting, State.REVOKED), else_=reviews.c.state),
                    finished_at=sa.case((waiting, time.time()), else_=None),
                    version=reviews.c.version + 1,
                )
            )
            row = connection.execute(asked.returning(reviews)).mappings().one()
            if State(row["state"]).is_final:
                tallies.ended(connection, row)

    def retry(self, review_id: str, owner: str) -> None:
        """Queue a failed or cancelled review again; what it found stays until it is found anew.

        Raises:
            UnknownReview: *owner* has no such review.
            NotPossible: it has not failed and was not cancelled.
        """
        with self._database.writing() as connection:
            # First: whoever is handed on takes its turn before its row, too.
            turn = next_turn(connection, Queue.DOCUMENTS, owner)
            row = _held(connection, review_id, owner)
            if row["state"] not in (State.FAILURE, State.REVOKED):
                raise NotPossible("Only a review that failed or was cancelled can be run again.")
            connection.execute(
                sa.update(reviews)
                .where(reviews.c.id == review_id)
                .values(
                    queue=Queue.DOCUMENTS,
                    state=State.PENDING,
                    stage="",
                    done=0,
                    total=0,
                    attempts=0,
                    cancel_requested=False,
                    error_code=None,
                    error_message=None,
                    finished_at=None,
                    queued_at=time.time(),
                    turn=turn,
                    sent_at=None,
                    version=reviews.c.version + 1,
                )
            )

    def delete(self, review_id: str, owner: str) -> None:
        """Remove a review with its file, text, sections and findings.

        Raises:
            UnknownReview: *owner* has no such review.
        """
        with self._database.writing() as connection:
            row = _held(connection, review_id, owner)
            connection.execute(sa.delete(reviews).where(reviews.c.id == review_id))
            forget_spending(connection, [review_id])
        # After the commit: a file without a row is waste, a row without its file is a loss.
        self._files.delete(row["sha256"], review_id)
        self._database.scrub()


def _row(connection: sa.Connection, review_id: str, owner: str) -> sa.RowMapping:
    return _only(connection, sa.select(reviews).where(_own(review_id, owner)))


def _held(connection: sa.Connection, review_id: str, owner: str) -> sa.RowMapping:
    """Return a row that nobody else changes in this transaction: what it says stays true.

    PostgreSQL would let its worker end the review in between; SQLite has one writer at a time.
    """
    return _only(connection, sa.select(reviews).where(_own(review_id, owner)).with_for_update())


def _own(review_id: str, owner: str) -> sa.ColumnElement[bool]:
    return sa.and_(reviews.c.id == review_id, reviews.c.owner == owner, ~IS_DISCARDED)


def _only(connection: sa.Connection, query: sa.Select[Any]) -> sa.RowMapping:
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise UnknownReview("There is no such review.")
    return row
