"""Reviews as rows of the database turned into what a list and a page show."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from ai_prism.core.decoding import prepared
from ai_prism.core.model import (
    Baseline,
    Comparison,
    Coverage,
    Decision,
    Document,
    Finding,
    Level,
    Party,
    PlaybookUsed,
    Problem,
    Receipt,
    Review,
    Risk,
    Section,
)
from ai_prism.core.playbook import name_of
from ai_prism.core.progress import Stage
from ai_prism.storage import queue
from ai_prism.storage.changes import Error, Progress, error_of, percent
from ai_prism.storage.tables import WAITING, Queue, State, findings, sections


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
    party: Party
    counts: dict[Level, int]  #: of the findings that stand: those not rejected
    found: int  #: how many findings there are in all
    decided: int  #: how many of them somebody has accepted or rejected
    risk: Risk | None
    error: Error | None
    previous: str | None  #: the review of the draft before; it may be deleted since
    first_draft: str  #: the review of the first draft, by which drafts stand together

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state.is_final


class StoredReview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is kept of a review; the document is None until it has been read."""

    summary: ReviewSummary
    playbook: str  #: as it was asked for: see `playbook.own_or_built_in`
    document: Document | None
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    outcome: Outcome | None
    comparison: Comparison | None = None

    @property
    def coverage(self) -> Coverage | None:
        """How much was read; None until the document has been read."""
        told = self.outcome or self.document
        return told.coverage if told else None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read or checked, as far as it is known."""
        told = self.outcome or self.document
        return told.problems if told else ()

    @property
    def review(self) -> Review | None:
        """The whole review, once it is done."""
        if self.document is None or self.outcome is None:
            return None
        return Review(
            document=self.document,
            sections=self.sections,
            findings=self.findings,
            comparison=self.comparison,
            **msgspec.structs.asdict(self.outcome),
        )


def summaries_of(
    connection: sa.Connection, rows: Sequence[sa.RowMapping]
) -> tuple[ReviewSummary, ...]:
    """Return *rows* of reviews as people see them in a list."""
    tallies = _tallies(connection, [row["id"] for row in rows])
    lines = _lines(connection, rows)
    return tuple(_summary(row, tallies.get(row["id"]) or _Tally(), lines) for row in rows)


def progress_of(connection: sa.Connection, row: sa.RowMapping) -> Progress:
    """Return how far the review of *row* is."""
    return _progress(row, _lines(connection, [row]))


def _lines(connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> dict[Queue, queue.Line]:
    """Return the lines that something of *rows* waits in."""
    asked = {Queue(row["queue"]) for row in rows if row["state"] in WAITING}
    asked |= {Queue.SECTIONS for row in rows if _is_in_pieces(row)}
    return {name: queue.look(connection, name) for name in asked}


class _Tally(msgspec.Struct):
    """How many findings a review has, and how far somebody came with them."""

    standing: dict[Level, int] = msgspec.field(default_factory=lambda: dict.fromkeys(Level, 0))
    found: int = 0
    decided: int = 0

    def add(self, severity: Level, decision: Decision, count: int) -> None:
        self.found += count
        if decision is not Decision.REJECTED:
            self.standing[severity] += count
        if decision is not Decision.OPEN:
            self.decided += count


def _tallies(connection: sa.Connection, ids: list[str]) -> dict[str, _Tally]:
    alike = (findings.c.review_id, findings.c.severity, findings.c.decision)
    counted = sa.select(*alike, sa.func.count()).where(findings.c.review_id.in_(ids))
    tallies: dict[str, _Tally] = {}
    for review_id, severity, decision, count in connection.execute(counted.group_by(*alike)):
        tally = tallies.setdefault(review_id, _Tally())
        tally.add(Level(severity), Decision(decision), count)
    return tallies


def _summary(row: sa.RowMapping, tally: _Tally, lines: Mapping[Queue, queue.Line]) -> ReviewSummary:
    outcome = outcome_of(row)
    return ReviewSummary(
        id=row["id"],
        name=row["name"],
        media_type=row["media_type"],
        bytes=row["bytes"],
        state=State(row["state"]),
        progress=_progress(row, lines),
        version=row["version"],
        created_at=datetime.fromtimestamp(row["created_at"], UTC),
        finished_at=row["finished_at"] and datetime.fromtimestamp(row["finished_at"], UTC),
        pages=row["pages"],
        words=row["words"],
        playbook=outcome.playbook.name if outcome else name_of(row["playbook"]),
        party=Party(row["party"]),
        counts=tally.standing,
        found=tally.found,
        decided=tally.decided,
        risk=outcome.risk if outcome else None,
        error=error_of(row["error_code"], row["error_message"]),
        previous=row["previous"],
        first_draft=row["first_draft"] or row["id"],
    )


def _is_in_pieces(row: sa.RowMapping) -> bool:
    """Whether nobody holds a review because its passages are read."""
    is_held = row["lease_owner"] is not None
    return row["state"] == State.PROGRESS and row["stage"] == Stage.REVIEWER and not is_held


def _progress(row: sa.RowMapping, lines: Mapping[Queue, queue.Line]) -> Progress:
    state = State(row["state"])
    waits_in = lines.get(Queue(row["queue"])) if state in WAITING else None
    reached = percent(state, row["stage"], row["done"], row["total"])
    needed = lines.get(Queue.SECTIONS) if _is_in_pieces(row) else waits_in
    position = waits_in.position(row["turn"], row["queued_at"]) if waits_in else None
    return Progress(
        stage=row["stage"],
        done=row["done"],
        total=row["total"],
        percent=reached,
        queue_position=position,
        eta_seconds=queue.seconds_left(waits_in, position, row, reached),
        queue=Queue(row["queue"]) if waits_in else None,
        waits_for_worker=bool(needed and not needed.has_worker),
    )


def outcome_of(row: sa.RowMapping) -> Outcome | None:
    """Return how the review of *row* came out; None while it has not."""
    return msgspec.json.decode(row["outcome"], type=prepared(Outcome)) if row["outcome"] else None


def sections_of(connection: sa.Connection, review_id: str, version: int = 0) -> tuple[Section, ...]:
    """Return the sections of a review if they are newer than *version*, in reading order."""
    newer = sa.and_(sections.c.review_id == review_id, sections.c.version > version)
    bodies = sa.select(sections.c.body).where(newer).order_by(sections.c.position)
    return tuple(msgspec.json.decode(b, type=prepared(Section)) for b in connection.scalars(bodies))


def findings_of(connection: sa.Connection, review_id: str, version: int = 0) -> tuple[Finding, ...]:
    """Return the findings of a review that are newer than *version*, the gravest first.

    They are newer, too, when somebody has decided on them since.
    """
    newer = sa.and_(findings.c.review_id == review_id, findings.c.version > version)
    gravest_first: Any = sa.case({level: level.rank for level in Level}, value=findings.c.severity)
    rows = sa.select(findings).where(newer).order_by(gravest_first, findings.c.place, findings.c.id)
    return tuple(finding_of(row) for row in connection.execute(rows).mappings())


def finding_of(row: sa.RowMapping) -> Finding:
    """Return the finding of *row* with what a person said of it."""
    found = msgspec.json.decode(row["body"], type=prepared(Finding))
    found = msgspec.structs.replace(found, baseline=Baseline(row["baseline"]))
    if row["decided_at"] is None:
        return found
    decided_at = datetime.fromtimestamp(row["decided_at"], UTC)
    return msgspec.structs.replace(
        found,
        decision=Decision(row["decision"]),
        reason=row["reason"] or "",
        suggestion=found.suggestion if row["suggestion"] is None else row["suggestion"],
        decided_at=decided_at.isoformat(timespec="seconds"),
        carried=row["carried"],
    )
