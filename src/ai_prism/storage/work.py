"""The reviews as a worker sees them: claimed with a lease, written to while it holds.

Every write asks again whether the lease is still ours (a fence), in the transaction that writes.
A worker that was thought dead and comes back can therefore change nothing.
"""

import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from ai_prism.core.errors import Cancelled, PrismError
from ai_prism.core.model import Document, Finding, Review, Section
from ai_prism.core.progress import Stage
from ai_prism.storage.changes import Change, change_of
from ai_prism.storage.clock import Clock
from ai_prism.storage.database import Database
from ai_prism.storage.files import Files
from ai_prism.storage.leases import run_out
from ai_prism.storage.summaries import Outcome
from ai_prism.storage.tables import (
    RUNNING,
    WAITING,
    State,
    documents,
    findings,
    reviews,
    sections,
)


class LeaseLost(Exception):
    """Another worker has the review now, or it was deleted: stop, and write nothing."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A review in our hands."""

    review_id: str
    lease_owner: str  #: new with every claim; what the fence compares
    owner: str
    name: str
    path: Path
    playbook: str
    attempt: int


class News(msgspec.Struct, kw_only=True):
    """What is to be written with the next commit."""

    stage: Stage = Stage.READING
    done: int = 0
    total: int = 0
    document: Document | None = None
    sections: tuple[Section, ...] = ()
    findings: tuple[Finding, ...] = ()

    @classmethod
    def after(cls, written: "News") -> "News":
        """Return the news that begin where *written* ended: nothing new yet."""
        return cls(stage=written.stage, done=written.done, total=written.total)

    def and_then(self, later: "News") -> "News":
        """Return these news and *later* as one."""
        return News(
            stage=later.stage,
            done=later.done,
            total=later.total,
            document=later.document or self.document,
            sections=later.sections or self.sections,
            findings=self.findings + later.findings,
        )


class Work:
    """Claims reviews and writes what their analysis brings."""

    def __init__(
        self,
        database: Database,
        files: Files,
        *,
        lease_seconds: float,
        attempts_limit: int,
        clock: Clock = time.time,
    ) -> None:
        """Hold each claim for *lease_seconds* at a time and begin a review that often at most."""
        self._database = database
        self._files = files
        self._lease_seconds = lease_seconds
        self._attempts_limit = attempts_limit
        self._clock = clock

    def claim(self, review_id: str) -> Claim | None:
        """Take a waiting review, or one whose worker went silent; None when it is not to be had.

        None is the normal answer to a message that came twice or too late.
        """
        now = self._clock()
        lease_owner = str(uuid.uuid4())
        free = sa.or_(
            reviews.c.state.in_(WAITING),
            sa.and_(
                reviews.c.state.in_(RUNNING),
                run_out(reviews.c.lease_until, now, self._lease_seconds),
            ),
        )
        take = (
            sa.update(reviews)
            .where(
                reviews.c.id == review_id,
                free,
                reviews.c.attempts < self._attempts_limit,
                reviews.c.cancel_requested.is_(False),
            )
            .values(
                state=State.STARTED,
                stage=Stage.READING.value,
                done=0,
                total=0,
                lease_owner=lease_owner,
                lease_until=now + self._lease_seconds,
                attempts=reviews.c.attempts + 1,
                started_at=now,
                version=reviews.c.version + 1,
            )
            .returning(reviews)
        )
        with self._database.writing() as connection:
            row = connection.execute(take).mappings().one_or_none()
        if row is None:
            return None
        return Claim(
            review_id=review_id,
            lease_owner=lease_owner,
            owner=row["owner"],
            name=row["name"],
            path=self._files.path(row["sha256"], review_id),
            playbook=row["playbook"],
            attempt=row["attempts"],
        )

    def renew(self, claim: Claim) -> None:
        """Hold *claim* for another while.

        Raises:
            LeaseLost: it is no longer ours.
            Cancelled: the review is to end.
        """
        with self._database.writing() as connection:
            row = _update(connection, claim, lease_until=self._clock() + self._lease_seconds)
        if row["cancel_requested"]:
            raise Cancelled("The review was cancelled.")

    def record(self, claim: Claim, news: News) -> Change:
        """Write *news* and return the change that watchers are told of.

        Raises:
            LeaseLost: the claim is no longer ours; nothing was written.
            Cancelled: the review is to end; the news were written.
        """
        facts = (
            {"pages": news.document.pages, "words": news.document.words} if news.document else {}
        )
        with self._database.writing() as connection:
            row = _update(
                connection,
                claim,
                state=State.PROGRESS,
                lease_until=self._clock() + self._lease_seconds,
                stage=news.stage,
                done=news.done,
                total=news.total,
                version=reviews.c.version + 1,
                **facts,
            )
            new = _write(connection, claim.review_id, row["version"], news)
        if row["cancel_requested"]:
            raise Cancelled("The review was cancelled.")
        return change_of(row, news.sections, new)

    def finish(self, claim: Claim, review: Review) -> Change:
        """Write the whole *review* and end it as a success, in one transaction.

        Raises:
            LeaseLost: the claim is no longer ours; nothing was written.
            Cancelled: it was cancelled a moment before; nothing was written.
        """
        outcome = Outcome(
            playbook=review.playbook,
            risk=review.risk,
            coverage=review.coverage,
            problems=review.problems,
            receipt=review.receipt,
        )
        news = News(document=review.document, sections=review.sections, findings=review.findings)
        with self._database.writing() as connection:
            row = _end(
                connection,
                claim,
                State.SUCCESS,
                stage=Stage.RISK.value,
                done=1,
                total=1,
                outcome=msgspec.json.encode(outcome).decode(),
                pages=review.document.pages,
                words=review.document.words,
                error_code=None,
                error_message=None,
            )
            if row["cancel_requested"]:
                raise Cancelled("The review was cancelled.")
            _forget_findings(connection, claim.review_id, keep=review.findings)
            new = _write(connection, claim.review_id, row["version"], news)
        return change_of(row, review.sections, new)

    def fail(self, claim: Claim, error: PrismError, news: News) -> Change:
        """End the review as a failure, or as cancelled; what was found is kept, *news* included.

        Raises:
            LeaseLost: the claim is no longer ours; nothing was written.
        """
        cancelled = isinstance(error, Cancelled)
        with self._database.writing() as connection:
            row = _end(
                connection,
                claim,
                State.REVOKED if cancelled else State.FAILURE,
                error_code=None if cancelled else error.code,
                error_message=None if cancelled else error.message,
            )
            new = _write(connection, claim.review_id, row["version"], news)
        return change_of(row, news.sections, new)


def _update(connection: sa.Connection, claim: Claim, **values: Any) -> sa.RowMapping:
    ours = sa.and_(reviews.c.id == claim.review_id, reviews.c.lease_owner == claim.lease_owner)
    change = sa.update(reviews).where(ours, reviews.c.state.in_(RUNNING)).values(values)
    row = connection.execute(change.returning(reviews)).mappings().one_or_none()
    if row is None:
        raise LeaseLost(claim.review_id)
    return row


def _end(connection: sa.Connection, claim: Claim, state: State, **values: Any) -> sa.RowMapping:
    return _update(
        connection,
        claim,
        state=state,
        finished_at=time.time(),
        lease_owner=None,
        lease_until=None,
        version=reviews.c.version + 1,
        **values,
    )


def _write(
    connection: sa.Connection, review_id: str, version: int, news: News
) -> tuple[Finding, ...]:
    """Write *news* and return those of its findings that were not there yet."""
    if news.document:
        connection.execute(sa.delete(documents).where(documents.c.review_id == review_id))
        body = msgspec.json.encode(news.document).decode()
        connection.execute(sa.insert(documents).values(review_id=review_id, body=body))
    if news.sections:
        connection.execute(sa.delete(sections).where(sections.c.review_id == review_id))
        connection.execute(
            sa.insert(sections),
            [
                {
                    "review_id": review_id,
                    "position": position,
                    "version": version,
                    "body": msgspec.json.encode(section).decode(),
                }
                for position, section in enumerate(news.sections)
            ],
        )
    return _add_findings(connection, review_id, version, news.findings)


def _add_findings(
    connection: sa.Connection, review_id: str, version: int, found: Iterable[Finding]
) -> tuple[Finding, ...]:
    """Add those of *found* that an earlier commit, or an earlier attempt, has not brought."""
    here = sa.select(findings.c.id).where(findings.c.review_id == review_id)
    known = set(connection.scalars(here))
    new = {finding.id: finding for finding in found if finding.id not in known}
    rows = [
        {
            "review_id": review_id,
            "id": finding.id,
            "version": version,
            "severity": finding.severity,
            "place": finding.anchors[0].start if finding.anchors else 0,
            "body": msgspec.json.encode(finding).decode(),
        }
        for finding in new.values()
    ]
    if rows:
        connection.execute(sa.insert(findings), rows)
    return tuple(new.values())


def _forget_findings(connection: sa.Connection, review_id: str, keep: tuple[Finding, ...]) -> None:
    """Remove what an earlier attempt found and this one did not."""
    here = sa.select(findings.c.id).where(findings.c.review_id == review_id)
    gone = set(connection.scalars(here)) - {finding.id for finding in keep}
    if gone:
        connection.execute(
            sa.delete(findings).where(
                findings.c.review_id == review_id, findings.c.id.in_(sorted(gone))
            )
        )
