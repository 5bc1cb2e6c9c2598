"""The passages of documents as tasks: claimed with a lease, done once, kept by their words.

A review whose passages are being read is in nobody's hands: its state is PROGRESS and it has no
lease. Whoever brings the last outcome asks the database for the review itself, and one gets it.
"""

import time
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from ai_prism.core.decoding import prepared
from ai_prism.core.examination import Notes
from ai_prism.core.llm import Passage, Reading
from ai_prism.core.llm.telling import Asked, Outcome, Unread
from ai_prism.core.model import Document, Finding, Section
from ai_prism.core.progress import Stage
from ai_prism.storage.changes import Change, change_of
from ai_prism.storage.clock import Clock
from ai_prism.storage.database import Database, one_at_a_time
from ai_prism.storage.holders import is_gone, new_holder
from ai_prism.storage.leases import run_out
from ai_prism.storage.news import News, write
from ai_prism.storage.summaries import sections_of
from ai_prism.storage.tables import (
    State,
    documents,
    examinations,
    findings,
    reviews,
    section_tasks,
)


class TaskState(StrEnum):
    """Where a task is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


class Planned(msgspec.Struct, frozen=True):
    """A passage that is to be asked about; its key tells what decides about the answer."""

    passage: Passage
    key: str


class SectionClaim(msgspec.Struct, frozen=True):
    """A passage in our hands."""

    review_id: str
    position: int
    attempt: int
    passage: Passage


class Examined(msgspec.Struct, frozen=True):
    """What is kept of an examination while the passages are read."""

    notes: Notes
    finding_ids: tuple[str, ...]
    standard: str  #: the playbook, by name or text: see `playbook.own_or_built_in`
    at: float  #: when it was done


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a review while its passages are read."""

    document: Document
    sections: tuple[Section, ...]
    examined: Examined


class Answered(msgspec.Struct, frozen=True):
    """What the rules said, and what came of asking about the passages."""

    findings: tuple[Finding, ...]
    asked: tuple[Asked, ...]


_GIVEN_UP = Unread(code="reviewer", message="The worker failed each time the model was asked.")
#: Where the document as a whole stands among the passages; its row outlives a new plan.
_WHOLE = -1

#: True of a review whose passages are being read, and that nobody holds.
_IN_PIECES = sa.and_(
    reviews.c.state == State.PROGRESS,
    reviews.c.stage == Stage.REVIEWER.value,
    reviews.c.lease_owner.is_(None),
    reviews.c.cancel_requested.is_(False),
)
_OF_ITS_REVIEW = section_tasks.c.review_id == reviews.c.id


class SectionTasks:
    """The tasks of one process."""

    def __init__(
        self,
        database: Database,
        *,
        lease_seconds: float,
        attempts_limit: int,
        clock: Clock = time.time,
    ) -> None:
        """Hold tasks for *lease_seconds* at a time, and begin one that often at most."""
        self._database = database
        self._lease_seconds = lease_seconds
        self._attempts_limit = attempts_limit
        self._clock = clock
        self._holder = new_holder()

    def claim(self) -> SectionClaim | None:
        """Take the task whose turn it is; None when none waits."""
        next_one = (
            sa.select(section_tasks.c.review_id, section_tasks.c.position)
            .join(reviews, _OF_ITS_REVIEW)
            .where(_is_in(TaskState.WAITING), _IN_PIECES)
            .order_by(section_tasks.c.turn, reviews.c.queued_at)
            .limit(1)
        )
        while True:
            with self._database.reading() as connection:
                place = connection.execute(next_one).one_or_none()
            if place is None:
                return None
            take = (
                sa.update(section_tasks)
                .where(_at(*place), _is_in(TaskState.WAITING))
                .values(
                    state=TaskState.RUNNING,
                    lease_owner=self._holder,
                    lease_until=self._clock() + self._lease_seconds,
                    attempts=section_tasks.c.attempts + 1,
                )
                .returning(section_tasks)
            )
            with self._database.writing() as connection:
                row = connection.execute(take).mappings().one_or_none()
            if row is not None:  # else another worker was quicker
                return SectionClaim(
                    review_id=row["review_id"],
                    position=row["position"],
                    attempt=row["attempts"],
                    passage=msgspec.json.decode(row["passage"], type=prepared(Passage)),
                )

    def renew(self, claims: Collection[SectionClaim]) -> None:
        """Hold *claims* for another while."""
        if not claims:
            return
        until = self._clock() + self._lease_seconds
        mine = sa.or_(*(self._is_ours(claim) for claim in claims))
        with self._database.writing() as connection:
            connection.execute(sa.update(section_tasks).where(mine).values(lease_until=until))

    def give_back(self, claim: SectionClaim) -> Change | None:
        """Let *claim* wait again: nothing came of it; as often as it may be begun, then no more."""
        if claim.attempt >= self._attempts_limit:
            return self.done(claim, _GIVEN_UP, ())
        again = {"state": TaskState.WAITING, "lease_owner": None, "lease_until": None}
        with self._database.writing() as connection:
            connection.execute(sa.update(section_tasks).where(self._is_ours(claim)).values(again))
        return None

    def is_wanted(self, claim: SectionClaim) -> bool:
        """Return whether the review of *claim* still waits for what comes of it."""
        wanted = sa.select(reviews.c.id).where(reviews.c.id == claim.review_id, _IN_PIECES)
        with self._database.reading() as connection:
            return connection.scalar(wanted) is not None

    def done(
        self, claim: SectionClaim, outcome: Outcome, found: tuple[Finding, ...]
    ) -> Change | None:
        """Keep what came of *claim*; return the change of its review, if it still waits for it.

        What another worker has taken meanwhile is not written.
        """
        with self._database.writing() as connection:
            if not connection.execute(_end(outcome).where(self._is_ours(claim))).rowcount:
                return None
            return _step(connection, claim.review_id, found)

    def take_back(self) -> list[Change]:
        """Let wait again what is in the hands of workers that are gone or silent.

        What was begun as often as it may be is not read, and said not to be.
        """
        lost = self._lost()
        spent = sa.and_(lost, section_tasks.c.attempts >= self._attempts_limit)
        again = sa.update(section_tasks).where(lost).values(state=TaskState.WAITING)
        with self._database.reading() as connection:
            if connection.scalar(sa.select(sa.func.count()).where(lost)) == 0:
                return []
        with self._database.writing() as connection:
            ended = connection.execute(
                _end(_GIVEN_UP).where(spent).returning(section_tasks.c.review_id)
            ).all()
            connection.execute(again.values(lease_owner=None, lease_until=None))
            changes = [_step(connection, review_id, ()) for (review_id,) in ended]
        return [change for change in changes if change]

    def waiting(self) -> int:
        """Return how many messages the workers need: one for each task, and each last step."""
        tasks = (
            sa.select(sa.func.count())
            .select_from(section_tasks.join(reviews, _OF_ITS_REVIEW))
            .where(_is_in(TaskState.WAITING), _IN_PIECES)
        )
        steps = sa.select(sa.func.count()).select_from(reviews).where(is_to_finish())
        with self._database.reading() as connection:
            return (connection.scalar(tasks) or 0) + (connection.scalar(steps) or 0)

    def _is_ours(self, claim: SectionClaim) -> sa.ColumnElement[bool]:
        """Return the fence: true as long as nobody else has taken *claim*."""
        return sa.and_(
            _at(claim.review_id, claim.position),
            section_tasks.c.lease_owner == self._holder,
            section_tasks.c.attempts == claim.attempt,
            _is_in(TaskState.RUNNING),
        )

    def _lost(self) -> sa.ColumnElement[bool]:
        held = sa.select(section_tasks.c.lease_owner).where(_is_in(TaskState.RUNNING)).distinct()
        with self._database.reading() as connection:
            gone = [holder for holder in connection.scalars(held) if holder and is_gone(holder)]
        silent = run_out(section_tasks.c.lease_until, self._clock(), self._lease_seconds)
        lost = sa.or_(section_tasks.c.lease_owner.in_(gone), silent)
        return sa.and_(_is_in(TaskState.RUNNING), lost)


def plan(connection: sa.Connection, review_id: str, owner: str, planned: Sequence[Planned]) -> int:
    """Replace the tasks of a review; return how many are done, since their outcome was known.

    To be asked in the transaction that lets the passages be read.
    """
    one_at_a_time(connection, owner)
    known = _known(connection, [one.key for one in planned])
    first = _next_turn(connection, owner)
    passages = sa.and_(section_tasks.c.review_id == review_id, section_tasks.c.position != _WHOLE)
    connection.execute(sa.delete(section_tasks).where(passages))
    rows = [
        {
            "review_id": review_id,
            "position": position,
            "key": one.key,
            "passage": msgspec.json.encode(one.passage).decode(),
            "state": TaskState.DONE if one.key in known else TaskState.WAITING,
            "turn": first + position,
            "attempts": 0,
            "outcome": known.get(one.key),
            "reused": one.key in known,
        }
        for position, one in enumerate(planned)
    ]
    if rows:
        connection.execute(sa.insert(section_tasks), rows)
    return len([row for row in rows if row["reused"]])


def keep_examined(connection: sa.Connection, review_id: str, examined: Examined) -> None:
    """Keep *examined* until the review is finished."""
    connection.execute(sa.delete(examinations).where(examinations.c.review_id == review_id))
    body = msgspec.json.encode(examined).decode()
    connection.execute(sa.insert(examinations).values(review_id=review_id, body=body))


def kept(connection: sa.Connection, review_id: str) -> Kept:
    """Return what is kept of a review while its passages are read."""
    document = sa.select(documents.c.body).where(documents.c.review_id == review_id)
    examined = sa.select(examinations.c.body).where(examinations.c.review_id == review_id)
    return Kept(
        document=msgspec.json.decode(
            connection.execute(document).scalar_one(), type=prepared(Document)
        ),
        sections=sections_of(connection, review_id),
        examined=msgspec.json.decode(
            connection.execute(examined).scalar_one(), type=prepared(Examined)
        ),
    )


def answered(connection: sa.Connection, review_id: str, examined: Examined) -> Answered:
    """Return what is known of a review whose passages have all been read."""
    told = sa.select(findings.c.id, findings.c.body).where(findings.c.review_id == review_id)
    bodies = {row.id: row.body for row in connection.execute(told)}
    tasks = (
        sa.select(section_tasks)
        .where(section_tasks.c.review_id == review_id, section_tasks.c.position != _WHOLE)
        .order_by(section_tasks.c.position)
    )
    return Answered(
        findings=tuple(
            msgspec.json.decode(bodies[identity], type=prepared(Finding))
            for identity in examined.finding_ids
            if identity in bodies
        ),
        asked=tuple(_asked(row) for row in connection.execute(tasks).mappings()),
    )


def known_outcome(connection: sa.Connection, key: str) -> Reading | None:
    """Return what was answered to the same question before; None: nothing."""
    body = _known(connection, [key]).get(key)
    return msgspec.json.decode(body, type=prepared(Reading)) if body else None


def keep_whole(connection: sa.Connection, review_id: str, key: str, asked: Asked) -> None:
    """Keep what was answered about the document as a whole."""
    connection.execute(sa.delete(section_tasks).where(_at(review_id, _WHOLE)))
    connection.execute(
        sa.insert(section_tasks).values(
            review_id=review_id,
            position=_WHOLE,
            key=key,
            passage="",
            state=TaskState.DONE,
            turn=0,
            outcome=msgspec.json.encode(asked.outcome).decode(),
            reused=asked.reused,
        )
    )


def is_to_finish() -> sa.ColumnElement[bool]:
    """Return whether a review has all its passages read and waits for its last step."""
    return sa.and_(_IN_PIECES, _all_done())


def _all_done() -> sa.ColumnElement[bool]:
    open_tasks = sa.select(section_tasks.c.position).where(
        _OF_ITS_REVIEW, section_tasks.c.state != TaskState.DONE
    )
    return sa.not_(sa.exists(open_tasks.correlate(reviews)))


def _known(connection: sa.Connection, keys: Sequence[str]) -> dict[str, str]:
    """Return the outcomes of *keys*, as they are kept; what was not read is not known."""
    found: dict[str, str] = {}
    for start in range(0, len(keys), 500):  # SQLite takes so many values and more
        same = section_tasks.c.key.in_(keys[start : start + 500])
        rows = sa.select(section_tasks.c.key, section_tasks.c.outcome).where(
            same, section_tasks.c.outcome.like('{"type":"reading"%')
        )
        found |= {row.key: row.outcome for row in connection.execute(rows)}
    return found


def _next_turn(connection: sa.Connection, owner: str) -> int:
    """Return the turn of the first passage that joins now; owners take turns, as in `queue`."""
    waiting = (
        sa.select(sa.func.min(section_tasks.c.turn), sa.func.max(section_tasks.c.turn))
        .select_from(section_tasks.join(reviews, _OF_ITS_REVIEW))
        .where(_is_in(TaskState.WAITING), _IN_PIECES)
    )
    now_on = connection.execute(waiting).one()[0] or 0
    last = connection.execute(waiting.where(reviews.c.owner == owner)).one()[1]
    return now_on if last is None else max(now_on, last + 1)


def _step(connection: sa.Connection, review_id: str, found: tuple[Finding, ...]) -> Change | None:
    """Count one more passage of a review and add what was *found* in it."""
    ours = sa.and_(reviews.c.id == review_id, _IN_PIECES)
    count = sa.update(reviews).where(ours)
    count = count.values(done=reviews.c.done + 1, version=reviews.c.version + 1)
    row = connection.execute(count.returning(reviews)).mappings().one_or_none()
    if row is None:
        return None
    return change_of(row, (), write(connection, review_id, row["version"], News(findings=found)))


def _end(outcome: Outcome) -> sa.Update:
    return sa.update(section_tasks).values(
        state=TaskState.DONE,
        outcome=msgspec.json.encode(outcome).decode(),
        lease_owner=None,
        lease_until=None,
    )


def _asked(row: sa.RowMapping) -> Asked:
    return Asked(
        passage=msgspec.json.decode(row["passage"], type=prepared(Passage)),
        outcome=msgspec.json.decode(row["outcome"], type=prepared(Reading | Unread)),
        reused=row["reused"],
    )


def _is_in(state: TaskState) -> sa.ColumnElement[bool]:
    return section_tasks.c.state == state


def _at(review_id: Any, position: Any) -> sa.ColumnElement[bool]:
    return sa.and_(section_tasks.c.review_id == review_id, section_tasks.c.position == position)
