"""The tables. Times are seconds since 1970 (UTC); bodies are the JSON of `core.model`."""

from enum import StrEnum
from typing import Final

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class State(StrEnum):
    """The states of a review: Celery's own words."""

    PENDING = "PENDING"  #: queued
    STARTED = "STARTED"  #: a worker has taken it
    PROGRESS = "PROGRESS"  #: the worker has told how far it is
    RETRY = "RETRY"  #: its worker was lost; queued again
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    REVOKED = "REVOKED"  #: cancelled

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in FINAL


class Queue(StrEnum):
    """The lines that reviews wait in, each with workers of its own; also the broker's names."""

    DOCUMENTS = "documents"
    OCR = "ocr"  #: documents with pages that are pictures, a second of work or more each
    #: Passages that a model is asked about: waiting, most of the time. No review waits here itself.
    SECTIONS = "sections"
    #: Ends of reviews that others are told of. No review waits here either.
    WEBHOOKS = "webhooks"


WAITING: Final = (State.PENDING, State.RETRY)
RUNNING: Final = (State.STARTED, State.PROGRESS)
FINAL: Final = (State.SUCCESS, State.FAILURE, State.REVOKED)


def _of_review() -> sa.Column[str]:
    """Return the column that ties a row to its review, and deletes it with the review."""
    key = sa.ForeignKey("reviews.id", ondelete="CASCADE")
    return sa.Column("review_id", sa.String(36), key, primary_key=True)


reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("media_type", sa.String(255), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    #: The playbook asked for, by name, or its text if it was sent along (see `playbook.as_sent`);
    #: empty: the one that suits the document.
    sa.Column("playbook", sa.Text, nullable=False),
    #: Whose eyes an agreement is read with: a `core.model.Party`.
    sa.Column("party", sa.String(16), nullable=False, server_default="neutral"),
    sa.Column("idempotency_key", sa.String(255)),
    #: The review of the draft before this one, which it is compared with; it may be deleted since.
    sa.Column("previous", sa.String(36)),
    #: The review of the first draft of the document, by which they stand together; null: this one.
    sa.Column("first_draft", sa.String(36)),
    #: Whose workers may take it.
    sa.Column("queue", sa.String(16), nullable=False, server_default=Queue.DOCUMENTS),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("stage", sa.String(16), nullable=False, default=""),
    sa.Column("done", sa.Integer, nullable=False, default=0),
    sa.Column("total", sa.Integer, nullable=False, default=0),
    #: Grows by one with every commit that a watcher can see.
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("lease_owner", sa.String(36)),
    sa.Column("lease_until", sa.Float),
    sa.Column("cancel_requested", sa.Boolean, nullable=False, default=False),
    sa.Column("error_code", sa.String(64)),
    sa.Column("error_message", sa.Text),
    sa.Column("created_at", sa.Float, nullable=False),
    #: When it entered the queue (again); its place in line.
    sa.Column("queued_at", sa.Float, nullable=False),
    #: Its place among those of all owners, the lowest first; see `queue.next_turn`.
    sa.Column("turn", sa.Integer, nullable=False, server_default="0"),
    #: When its id was last handed to the broker; null: not yet.
    sa.Column("sent_at", sa.Float),
    sa.Column("started_at", sa.Float),
    sa.Column("finished_at", sa.Float),
    #: When its owner deleted it; it exists for nobody, and is removed soon. See `undo`.
    sa.Column("deleted_at", sa.Float, index=True),
    sa.Column("pages", sa.Integer),
    sa.Column("words", sa.Integer),
    #: Playbook used, risk, coverage, problems and receipt; null until the review is done.
    sa.Column("outcome", sa.Text),
    sa.UniqueConstraint("owner", "idempotency_key"),
    sa.Index(None, "owner", "created_at"),
    sa.Index(None, "state", "queued_at"),
    sa.Index(None, "state", "finished_at"),
    #: How long those of a queue took that were done last; and how many run.
    sa.Index(None, "queue", "state", "finished_at", "started_at"),
)


def is_waiting(which: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return whether a review of *which*, the table or an alias of it, waits.

    The states are written out in the statement: databases use an index of some rows only where
    they see that its condition holds.
    """
    return which.c.state.in_(
        sa.bindparam("waiting", WAITING, unique=True, expanding=True, literal_execute=True)
    )


IS_WAITING: Final = is_waiting(reviews)
#: Whether somebody has deleted a review a moment ago: it exists for nobody.
IS_DISCARDED: Final = reviews.c.deleted_at.is_not(None)


def _index_of_waiting(name: str, *columns: str) -> None:
    """Make an index of the reviews that wait, which are few of all and asked for at each claim.

    The state comes last, so that SQLite need not look it up in the table.
    """
    of_these = sa.text("state IN ('PENDING', 'RETRY')")
    columns_of_reviews = [reviews.c[column] for column in columns]
    sa.Index(name, *columns_of_reviews, sqlite_where=of_these, postgresql_where=of_these)


#: Who is next.
_index_of_waiting("ix_reviews_line", "queue", "turn", "queued_at", "state")
#: Which turn an owner has had last, and how many it has waiting.
_index_of_waiting("ix_reviews_turns", "owner", "queue", "turn", "state")

documents = sa.Table(
    "documents",
    metadata,
    _of_review(),
    sa.Column("body", sa.Text, nullable=False),
)

sections = sa.Table(
    "sections",
    metadata,
    _of_review(),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

findings = sa.Table(
    "findings",
    metadata,
    _of_review(),
    sa.Column("id", sa.String(64), primary_key=True),
    #: The review's version that brought it: a watcher asks for what is newer than its own.
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("severity", sa.String(8), nullable=False),
    #: Where it stands in the text, for sorting.
    sa.Column("place", sa.Integer, nullable=False),
    #: As it was found: what a person said of it stands in the columns below.
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("decision", sa.String(8), nullable=False, default="open", server_default="open"),
    sa.Column("reason", sa.Text),
    #: The person's own words in the place of the suggestion.
    sa.Column("suggestion", sa.Text),
    sa.Column("decided_at", sa.Float),
    #: Whether it was decided on an earlier draft.
    sa.Column("carried", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    #: Against the earlier draft.
    sa.Column("baseline", sa.String(9), nullable=False, default="new", server_default="new"),
)

#: What became of the findings of the draft before. It quotes that draft, and goes with it.
comparisons = sa.Table(
    "comparisons",
    metadata,
    _of_review(),
    sa.Column(
        "previous_id",
        sa.String(36),
        sa.ForeignKey("reviews.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("body", sa.Text, nullable=False),
)

#: What was found out of a document, kept while a model is asked about its passages: an
#: `examination.Notes` and the ids of the findings.
examinations = sa.Table(
    "examinations",
    metadata,
    _of_review(),
    sa.Column("body", sa.Text, nullable=False),
)

#: The passages of a document that a model is asked about, and what came of it. Each review has rows
#: of its own, with a copy of what another brought already: so they go when it goes.
section_tasks = sa.Table(
    "section_tasks",
    metadata,
    _of_review(),
    #: The passage's place in reading order; -1 for the document as a whole.
    sa.Column("position", sa.Integer, primary_key=True),
    #: Digest of all that decides about the answer, owner included.
    sa.Column("key", sa.String(64), nullable=False),
    #: A `core.llm.Passage`; empty for the document as a whole.
    sa.Column("passage", sa.Text, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),  #: a `section_tasks.TaskState`
    #: Its place among those of all owners, the lowest first.
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("lease_owner", sa.String(36)),
    sa.Column("lease_until", sa.Float),
    #: A `core.llm.telling.Outcome`; null until it is known.
    sa.Column("outcome", sa.Text),
    #: Whether it was known before, and nothing was sent for it.
    sa.Column("reused", sa.Boolean, nullable=False, default=False),
    sa.Index(None, "key"),
    sa.Index(None, "state", "turn"),
)

#: What asking models has cost, or may just be costing, by review and by day.
spending = sa.Table(
    "spending",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("tokens", sa.BigInteger, nullable=False),
    sa.Column("dollars", sa.Float, nullable=False),
)

#: What people ask about the document of a review, and what a model answers: see `questions`.
questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column(
        "review_id",
        sa.String(36),
        sa.ForeignKey("reviews.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("question", sa.Text, nullable=False),
    #: The section that it is about, with what is part of it; null: the whole document.
    sa.Column("section_id", sa.String(64)),
    sa.Column("asked_at", sa.Float, nullable=False),
    sa.Column("state", sa.String(8), nullable=False, index=True),  #: a `QuestionState`
    #: Grows by one with every commit that a watcher can see.
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("lease_owner", sa.String(36)),
    sa.Column("lease_until", sa.Float),
    #: A `core.llm.answering.Reply`, as far as it has come; null before the first words.
    sa.Column("reply", sa.Text),
    sa.Column("error_code", sa.String(64)),
    sa.Column("error_message", sa.Text),
)

#: Whom to tell of the end of a review, and how far that is: see `webhooks`.
webhooks = sa.Table(
    "webhooks",
    metadata,
    _of_review(),
    sa.Column("url", sa.Text, nullable=False),
    #: What messages to it are signed with.
    sa.Column("secret", sa.String(64), nullable=False),
    #: The end, by its time, that it was told of, or that was given up; null: none yet.
    sa.Column("told_of", sa.Float),
    sa.Column("is_given_up", sa.Boolean, nullable=False, default=False),
    #: The end that was tried last, how often, when it is tried next, and what was answered.
    sa.Column("tried_of", sa.Float),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_at", sa.Float, nullable=False, default=0.0),
    sa.Column("last_answer", sa.String(64), nullable=False, default=""),
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(36), nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)

#: Who did what with which review. Rows are added and, when old, deleted; the database itself
#: refuses to change one. No word of a document stands here, not even its name.
audit_events = sa.Table(
    "audit_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    #: The owner that asked; empty: nobody who was known.
    sa.Column("who", sa.String(64), nullable=False),
    #: What the person is called, where signing in told it.
    sa.Column("name", sa.String(255), nullable=False, default=""),
    #: The call, such as `reviews.show`.
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("review_id", sa.String(36)),
    sa.Column("address", sa.String(64), nullable=False),
    #: The HTTP status that was answered.
    sa.Column("outcome", sa.Integer, nullable=False),
    sa.Index(None, "at"),
    sa.Index(None, "review_id"),
)

#: What opens the API for a program, and signs a person in: kept as its hash.
tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
    #: Null: it does not end by itself.
    sa.Column("until", sa.Float),
    sa.UniqueConstraint("sha256"),
)

#: Browsers that are signed in; the cookie holds the secret, this its hash.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    #: The token that it was opened with, and ends with.
    sa.Column("token_id", sa.String(16), sa.ForeignKey("tokens.id", ondelete="CASCADE")),
    sa.Column("until", sa.Float, nullable=False),
)

#: What has happened, added up: counts that outlive the reviews that they count. See `tallies`.
tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    #: Which of that name: a state, a severity, a code, a stage.
    sa.Column("label", sa.String(64), primary_key=True),
    #: Processes write in different rows, so that none waits for the commit of another.
    sa.Column("lane", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("amount", sa.Float, nullable=False),
)
