"""What a watcher of a review is told: the state it is in, and what has come since a version."""

import msgspec
import sqlalchemy as sa

from ai_prism.core.errors import PrismError, kinds_of_error
from ai_prism.core.model import Finding, Section
from ai_prism.core.progress import Stage
from ai_prism.storage.tables import Queue, State

#: Where each stage begins and ends on the bar, in percent; reading is what takes long.
_SPANS = {
    Stage.READING.value: (0, 50),
    Stage.RECOGNISING.value: (0, 50),  # goes on where reading the printed pages ended
    Stage.SECTIONS.value: (50, 55),
    Stage.CHECKS.value: (55, 80),
    Stage.REVIEWER.value: (80, 98),
    Stage.RISK.value: (98, 99),
}


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a review is."""

    stage: str
    done: int
    total: int
    percent: int
    queue_position: int | None = None  #: 1: next in line; None: not waiting
    eta_seconds: float | None = None  #: None: cannot be told honestly
    queue: Queue | None = None  #: the queue that it waits in; None: not waiting
    waits_for_worker: bool = False  #: nobody works on that queue: it moves when somebody does


class Error(msgspec.Struct, frozen=True):
    """Why a review failed, with what to do."""

    code: str
    message: str
    advice: str


class DocumentFacts(msgspec.Struct, frozen=True):
    """What is known of a document once it has been read."""

    name: str
    pages: int | None
    words: int | None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A review's state at a version, with the sections and findings that are new in it."""

    task_id: str
    owner: str
    version: int
    state: State
    progress: Progress
    error: Error | None
    document: DocumentFacts | None
    sections: tuple[Section, ...] = ()  #: not empty: these replace the earlier ones
    findings: tuple[Finding, ...] = ()  #: new, or decided: they replace those with the same id


def change_of(
    row: sa.RowMapping,
    sections: tuple[Section, ...] = (),
    findings: tuple[Finding, ...] = (),
) -> Change:
    """Return the change that brought a review to *row*, with what is new in it."""
    state = State(row["state"])
    return Change(
        task_id=row["id"],
        owner=row["owner"],
        version=row["version"],
        state=state,
        progress=Progress(
            stage=row["stage"],
            done=row["done"],
            total=row["total"],
            percent=percent(state, row["stage"], row["done"], row["total"]),
        ),
        error=error_of(row["error_code"], row["error_message"]),
        document=facts_of(row),
        sections=sections,
        findings=findings,
    )


def facts_of(row: sa.RowMapping) -> DocumentFacts | None:
    """Return what is known of the document of *row*; None until it has been read."""
    if row["words"] is None:
        return None
    return DocumentFacts(name=row["name"], pages=row["pages"], words=row["words"])


def percent(state: State, stage: str, done: int, total: int) -> int:
    """Return how much of a review is behind it, 0-100; 100 only when it has succeeded."""
    if state is State.SUCCESS:
        return 100
    begin, end = _SPANS.get(stage, (0, 0))
    return int(begin + (end - begin) * (min(done / total, 1) if total else 0))


def error_of(code: str | None, message: str | None) -> Error | None:
    """Return the error with *code*, with the advice that belongs to the code."""
    if not code:
        return None
    kind = kinds_of_error().get(code, PrismError)
    return Error(code=code, message=message or "", advice=kind.advice)
