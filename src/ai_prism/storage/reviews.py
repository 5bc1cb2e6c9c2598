"""The reviews as people see them: taken in, listed, read, cancelled, run again, deleted.

Every look-up names the owner: somebody else's review does not exist.
"""

import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from ai_prism.core.errors import PrismError
from ai_prism.core.model import (
    Coverage,
    Document,
    Finding,
    Level,
    PlaybookUsed,
    Problem,
    Receipt,
    Review,
    Risk,
    Section,
)
from ai_prism.storage import queue
from ai_prism.storage.changes import Change, Error, Progress, error_of, facts_of, percent
from ai_prism.storage.database import Database
from ai_prism.storage.files import Files, Upload
from ai_prism.storage.tables import FINAL, WAITING, State, documents, findings, reviews, sections


class UnknownReview(PrismError):
    """There is no such review, or it is somebody else's."""

    code = "unknown_review"
    advice = "Look through your reviews: it may have been deleted, or belong to another browser."


class NotPossible(PrismError):
    """The review's state does not allow it."""

    code = "not_possible"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a finished review says beside its document, sections and findings."""

    playbook: PlaybookUsed
    risk: Risk
    coverage: Coverage
    problems: tuple[Problem, ...]
    receipt: Receipt


class ReviewSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A review as a list shows it."""

    id: str
    name: str
    media_type: str
    bytes: int
    state: State
    progress: Progress
    version: int
    created_at: datetime
    finished_at: datetime | None
    pages: int | None
    words: int | None
    playbook: str
    counts: dict[Level, int]
    risk: Risk | None
    error: Error | None

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state.is_final


class StoredReview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is kept of a review; the document is None until it has been read."""

    summary: ReviewSummary
    document: Document | None
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    outcome: Outcome | None

    @property
    def review(self) -> Review | None:
        """The whole review, once it is done."""
        if self.document is None or self.outcome is None:
            return None
        return Review(
            document=self.document,
            sections=self.sections,
            findings=self.findings,
            **msgspec.structs.asdict(self.outcome),
        )


_LISTED: Final = 200


class Reviews:
    """The reviews in the database, with their files."""

    def __init__(self, database: Database, files: Files) -> None:
        """Keep reviews in *database* and their documents in *files*."""
        self._database = database
        self._files = files

    def accept(
        self,
        upload: Upload,
        *,
        owner: str,
        name: str,
        media_type: str,
        playbook: str = "",
        idempotency_key: str | None = None,
    ) -> str:
        """Return the id of a new review of *upload*, kept for good; or of the same one sent again.

        An upload with the owner's earlier *idempotency_key* is that earlier review.
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
            "idempotency_key": idempotency_key,
            "state": State.PENDING,
            "created_at": now,
            "queued_at": now,
        }
        try:
            with self._database.writing() as connection:
                connection.execute(sa.insert(reviews).values(row))
        except sa.exc.IntegrityError:
            self._files.delete(upload.sha256, review_id)
            earlier = self.sent_before(owner, idempotency_key)
            if earlier is None:
                raise
            return earlier
        except BaseException:
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

    def history(self, owner: str, limit: int = _LISTED) -> tuple[ReviewSummary, ...]:
        """Return the newest reviews of *owner*."""
        newest = (
            sa.select(reviews)
            .where(reviews.c.owner == owner)
            .order_by(reviews.c.created_at.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return _summaries(connection, connection.execute(newest).mappings().all())

    def summary(self, review_id: str, owner: str) -> ReviewSummary:
        """Return the state of a review.

        Raises:
            UnknownReview: *owner* has no such review.
        """
        with self._database.reading() as connection:
            return _summaries(connection, [_row(connection, review_id, owner)])[0]

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
            return StoredReview(
                summary=_summaries(connection, [row])[0],
                document=msgspec.json.decode(body, type=Document) if body else None,
                sections=_sections(connection, review_id),
                findings=_findings(connection, review_id),
                outcome=_outcome(row),
            )

    def changes_since(self, review_id: str, owner: str, version: int) -> Change:
        """Return the state of a review and what came after *version*; after 0: all there is.

        Raises:
            UnknownReview: *owner* has no such review.
        """
        with self._database.reading() as connection:
            row = _row(connection, review_id, owner)
            summary = _summaries(connection, [row])[0]
            return Change(
                task_id=review_id,
                owner=owner,
                version=summary.version,
                state=summary.state,
                progress=summary.progress,
                error=summary.error,
                document=facts_of(row),
                sections=_sections(connection, review_id, version),
                findings=_findings(connection, review_id, version),
            )

    def cancel(self, review_id: str, owner: str) -> None:
        """Stop a review: at once while it waits, at its worker's next step while it runs.

        Raises:
            UnknownReview: *owner* has no such review.
            NotPossible: it has ended already.
        """
        waiting = reviews.c.state.in_(WAITING)
        with self._database.writing() as connection:
            row = _row(connection, review_id, owner)
            if State(row["state"]).is_final:
                raise NotPossible("The review has ended already; there is nothing to cancel.")
            connection.execute(
                sa.update(reviews)
                .where(reviews.c.id == review_id)
                .values(
                    cancel_requested=True,
                    state=sa.case((waiting, State.REVOKED), else_=reviews.c.state),
                    finished_at=sa.case((waiting, time.time()), else_=None),
                    version=reviews.c.version + 1,
                )
            )

    def retry(self, review_id: str, owner: str) -> None:
        """Queue a failed or cancelled review again; what it found stays until it is found anew.

        Raises:
            UnknownReview: *owner* has no such review.
            NotPossible: it has not failed and was not cancelled.
        """
        with self._database.writing() as connection:
            row = _row(connection, review_id, owner)
            if row["state"] not in (State.FAILURE, State.REVOKED):
                raise NotPossible("Only a review that failed or was cancelled can be run again.")
            connection.execute(
                sa.update(reviews)
                .where(reviews.c.id == review_id)
                .values(
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
            row = _row(connection, review_id, owner)
            connection.execute(sa.delete(reviews).where(reviews.c.id == review_id))
        # After the commit: a file without a row is waste, a row without its file is a loss.
        self._files.delete(row["sha256"], review_id)


def _row(connection: sa.Connection, review_id: str, owner: str) -> sa.RowMapping:
    own = sa.and_(reviews.c.id == review_id, reviews.c.owner == owner)
    row = connection.execute(sa.select(reviews).where(own)).mappings().one_or_none()
    if row is None:
        raise UnknownReview("There is no such review.")
    return row


def _summaries(
    connection: sa.Connection, rows: Sequence[sa.RowMapping]
) -> tuple[ReviewSummary, ...]:
    counts = _counts(connection, [row["id"] for row in rows])
    waiting = any(State(row["state"]) not in FINAL for row in rows)
    line = queue.look(connection) if waiting else None
    return tuple(_summary(row, counts.get(row["id"], {}), line) for row in rows)


def _counts(connection: sa.Connection, ids: list[str]) -> dict[str, dict[Level, int]]:
    by_severity = (
        sa.select(findings.c.review_id, findings.c.severity, sa.func.count())
        .where(findings.c.review_id.in_(ids))
        .group_by(findings.c.review_id, findings.c.severity)
    )
    counts: dict[str, dict[Level, int]] = {}
    for review_id, severity, count in connection.execute(by_severity):
        counts.setdefault(review_id, {})[Level(severity)] = count
    return counts


def _summary(
    row: sa.RowMapping, counts: dict[Level, int], line: queue.Line | None
) -> ReviewSummary:
    outcome = _outcome(row)
    return ReviewSummary(
        id=row["id"],
        name=row["name"],
        media_type=row["media_type"],
        bytes=row["bytes"],
        state=State(row["state"]),
        progress=_progress(row, line),
        version=row["version"],
        created_at=datetime.fromtimestamp(row["created_at"], UTC),
        finished_at=row["finished_at"] and datetime.fromtimestamp(row["finished_at"], UTC),
        pages=row["pages"],
        words=row["words"],
        playbook=outcome.playbook.name if outcome else row["playbook"],
        counts={level: counts.get(level, 0) for level in Level},
        risk=outcome.risk if outcome else None,
        error=error_of(row["error_code"], row["error_message"]),
    )


def _progress(row: sa.RowMapping, line: queue.Line | None) -> Progress:
    state = State(row["state"])
    reached = percent(state, row["stage"], row["done"], row["total"])
    position = line.position(row["queued_at"]) if line and state in WAITING else None
    return Progress(
        stage=row["stage"],
        done=row["done"],
        total=row["total"],
        percent=reached,
        queue_position=position,
        eta_seconds=queue.seconds_left(line, position, row, reached) if line else None,
    )


def _outcome(row: sa.RowMapping) -> Outcome | None:
    return msgspec.json.decode(row["outcome"], type=Outcome) if row["outcome"] else None


def _sections(connection: sa.Connection, review_id: str, version: int = 0) -> tuple[Section, ...]:
    newer = sa.and_(sections.c.review_id == review_id, sections.c.version > version)
    bodies = sa.select(sections.c.body).where(newer).order_by(sections.c.position)
    return tuple(msgspec.json.decode(b, type=Section) for b in connection.scalars(bodies))


def _findings(connection: sa.Connection, review_id: str, version: int = 0) -> tuple[Finding, ...]:
    newer = sa.and_(findings.c.review_id == review_id, findings.c.version > version)
    gravest_first: Any = sa.case({level: level.rank for level in Level}, value=findings.c.severity)
    bodies = (
        sa.select(findings.c.body)
        .where(newer)
        .order_by(gravest_first, findings.c.place, findings.c.id)
    )
    return tuple(msgspec.json.decode(b, type=Finding) for b in connection.scalars(bodies))
