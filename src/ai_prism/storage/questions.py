"""What people ask about the document of a review: kept with it, and answered by whoever is free.

A question is claimed with a lease, like a review. Whoever answers writes down the answer as it
grows; who was thought dead and comes back writes nothing.
"""

import time
import uuid
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from ai_prism.core.decoding import prepared
from ai_prism.core.errors import PrismError, ReviewerUnavailable
from ai_prism.core.llm.answering import GroundedAnswer
from ai_prism.storage.changes import Error, error_of
from ai_prism.storage.clock import Clock
from ai_prism.storage.database import Database
from ai_prism.storage.decisions import WrongPlace
from ai_prism.storage.holders import new_holder
from ai_prism.storage.leases import run_out
from ai_prism.storage.reviews import NotPossible, UnknownReview
from ai_prism.storage.summaries import sections_of
from ai_prism.storage.tables import IS_DISCARDED, State, questions, reviews


class UnknownQuestion(PrismError):
    """Nobody has asked this about the review."""

    code = "unknown_question"


class QuestionState(StrEnum):
    """How far an answer is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in (QuestionState.DONE, QuestionState.FAILED)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question, and its answer as far as it has come."""

    id: str
    review_id: str
    question: str
    section_id: str | None  #: None: it is about the whole document
    asked_at: float
    state: QuestionState
    version: int
    reply: GroundedAnswer | None
    error: Error | None


class QuestionClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A question in our hands."""

    id: str
    review_id: str
    owner: str
    question: str
    section_id: str | None
    lease_owner: str
    attempt: int


class Questions:
    """The questions in the database."""

    def __init__(
        self,
        database: Database,
        *,
        lease_seconds: float,
        attempts_limit: int,
        clock: Clock = time.time,
    ) -> None:
        """Hold each for *lease_seconds* at a time, and begin one that often at most."""
        self._database = database
        self._lease_seconds = lease_seconds
        self._attempts_limit = attempts_limit
        self._clock = clock

    def ask(self, review_id: str, owner: str, question: str, section_id: str | None) -> Question:
        """Keep a question about a review that is done, to be answered soon.

        Raises:
            UnknownReview: *owner* has no such review.
            NotPossible: it is not done.
            WrongPlace: it has no such section.
        """
        row = {
            "id": str(uuid.uuid4()),
            "review_id": review_id,
            "question": question,
            "section_id": section_id,
            "asked_at": self._clock(),
            "state": QuestionState.WAITING,
        }
        with self._database.writing() as connection:
            if _state_of(connection, review_id, owner) is not State.SUCCESS:
                raise NotPossible("Only about a review that is done can anything be asked.")
            if section_id and all(s.id != section_id for s in sections_of(connection, review_id)):
                raise WrongPlace("The document has no such section.")
            kept = sa.insert(questions).values(row).returning(questions)
            return _question(connection.execute(kept).mappings().one())

    def of_review(self, review_id: str, owner: str) -> tuple[Question, ...]:
        """Return what was asked about a review, the first first.

        Raises:
            UnknownReview: *owner* has no such review.
        """
        about = sa.select(questions).where(questions.c.review_id == review_id)
        with self._database.reading() as connection:
            _state_of(connection, review_id, owner)
            rows = connection.execute(about.order_by(questions.c.asked_at, questions.c.id))
            return tuple(map(_question, rows.mappings()))

    def find(self, review_id: str, question_id: str, owner: str) -> Question:
        """Return one of them.

        Raises:
            UnknownReview: *owner* has no such review.
            UnknownQuestion: it was not asked about it.
        """
        one = sa.and_(questions.c.id == question_id, questions.c.review_id == review_id)
        with self._database.reading() as connection:
            _state_of(connection, review_id, owner)
            row = connection.execute(sa.select(questions).where(one)).mappings().one_or_none()
        if row is None:
            raise UnknownQuestion("This was not asked about the review.")
        return _question(row)

    def due(self) -> int:
        """Return how many wait to be answered, or for another to answer them."""
        with self._database.reading() as connection:
            return connection.scalar(sa.select(sa.func.count()).where(self._is_free())) or 0

    def claim(self) -> QuestionClaim | None:
        """Take the question that was asked first; None where none waits.

        One that was begun as often as it may be is ended instead.
        """
        first = sa.select(questions.c.id).where(self._is_free()).order_by(questions.c.asked_at)
        while True:
            with self._database.reading() as connection:
                question_id = connection.scalar(first.limit(1))
            if question_id is None:
                return None
            with self._database.writing() as connection:
                if claim := self._taken(connection, question_id):
                    return claim  # else somebody else was quicker, or it is ended

    def hear(self, claim: QuestionClaim, reply: GroundedAnswer) -> bool:
        """Write down how far the answer is; return whether it is still ours to write."""
        until = self._clock() + self._lease_seconds
        return self._write(claim, reply=_encoded(reply), lease_until=until)

    def renew(self, claim: QuestionClaim) -> None:
        """Hold *claim* for another while."""
        self._write(claim, lease_until=self._clock() + self._lease_seconds)

    def answered(self, claim: QuestionClaim, reply: GroundedAnswer) -> None:
        """End it with its whole answer."""
        self._write(claim, reply=_encoded(reply), state=QuestionState.DONE, lease_owner=None)

    def failed(self, claim: QuestionClaim, error: PrismError) -> None:
        """End it without an answer; what was heard of one is not kept."""
        sent = error.sent if isinstance(error, ReviewerUnavailable) else ()
        self._write(
            claim,
            reply=_encoded(GroundedAnswer(sent=sent)),
            state=QuestionState.FAILED,
            error_code=error.code,
            error_message=error.message,
            lease_owner=None,
        )

    def _taken(self, connection: sa.Connection, question_id: str) -> QuestionClaim | None:
        free = sa.and_(questions.c.id == question_id, self._is_free())
        may_begin = questions.c.attempts < self._attempts_limit
        take = sa.update(questions).where(free, may_begin).returning(questions)
        held = {
            "state": QuestionState.RUNNING,
            "lease_owner": new_holder(),
            "lease_until": self._clock() + self._lease_seconds,
            "attempts": questions.c.attempts + 1,
            "version": questions.c.version + 1,
            "reply": None,
        }
        row = connection.execute(take.values(held)).mappings().one_or_none()
        if row is None:
            given_up = {
                "state": QuestionState.FAILED,
                "version": questions.c.version + 1,
                "error_code": ReviewerUnavailable.code,
                "error_message": "Whoever was to answer it was lost each time.",
            }
            spent = sa.and_(free, sa.not_(may_begin))
            connection.execute(sa.update(questions).where(spent).values(given_up))
            return None
        owner = sa.select(reviews.c.owner).where(reviews.c.id == row["review_id"])
        return QuestionClaim(
            id=row["id"],
            review_id=row["review_id"],
            owner=str(connection.scalar(owner)),
            question=row["question"],
            section_id=row["section_id"],
            lease_owner=row["lease_owner"],
            attempt=row["attempts"],
        )

    def _is_free(self) -> sa.ColumnElement[bool]:
        silent = sa.and_(
            questions.c.state == QuestionState.RUNNING,
            run_out(questions.c.lease_until, self._clock(), self._lease_seconds),
        )
        return sa.or_(questions.c.state == QuestionState.WAITING, silent)

    def _write(self, claim: QuestionClaim, **values: Any) -> bool:
        ours = sa.and_(
            questions.c.id == claim.id,
            questions.c.lease_owner == claim.lease_owner,
            questions.c.state == QuestionState.RUNNING,
        )
        change = sa.update(questions).where(ours)
        if values.keys() != {"lease_until"}:
            values["version"] = questions.c.version + 1
        with self._database.writing() as connection:
            return bool(connection.execute(change.values(values)).rowcount)


def _state_of(connection: sa.Connection, review_id: str, owner: str) -> State:
    own = sa.and_(reviews.c.id == review_id, reviews.c.owner == owner, ~IS_DISCARDED)
    state = connection.scalar(sa.select(reviews.c.state).where(own))
    if state is None:
        raise UnknownReview("There is no such review.")
    return State(state)


def _encoded(reply: GroundedAnswer) -> str:
    return msgspec.json.encode(reply).decode()


def _reply_of(row: sa.RowMapping) -> GroundedAnswer | None:
    body = row["reply"]
    return msgspec.json.decode(body, type=prepared(GroundedAnswer)) if body else None


def _question(row: sa.RowMapping) -> Question:
    return Question(
        id=row["id"],
        review_id=row["review_id"],
        question=row["question"],
        section_id=row["section_id"],
        asked_at=row["asked_at"],
        state=QuestionState(row["state"]),
        version=row["version"],
        reply=_reply_of(row),
        error=error_of(row["error_code"], row["error_message"]),
    )
