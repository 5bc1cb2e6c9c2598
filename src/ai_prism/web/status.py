"""GET /status/<task_id>: the state of a review as JSON, at once or when it changes."""

import time
from typing import Final

import msgspec
from flask import Blueprint, Response, request

from ai_prism.core.model import Level, Risk
from ai_prism.storage.changes import Error, Progress
from ai_prism.storage.summaries import ReviewSummary
from ai_prism.storage.tables import State
from ai_prism.web import identity
from ai_prism.web.hub import Watcher
from ai_prism.web.security import SignInNeeded, owner
from ai_prism.web.services import services
from ai_prism.web.streams import has_room

blueprint = Blueprint("status", __name__)

#: Under the time-outs of clients and proxies.
_LONGEST_WAIT_SECONDS: Final = 30.0
_TICK_SECONDS: Final = 1.0


class RiskInShort(msgspec.Struct, frozen=True):
    """The risk of a document without its reasons."""

    level: Level
    score: int


class Result(msgspec.Struct, frozen=True):
    """How a finished review came out; the whole of it is at `review`."""

    findings: dict[Level, int]
    risk: RiskInShort | None
    review: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What `GET /status/<task_id>` answers."""

    task_id: str
    state: State
    version: int
    progress: Progress
    result: Result | None
    error: Error | None


@blueprint.get("/status/<review_id>")
def show(review_id: str) -> Response:
    """Return the state; with `wait`, once it is final or, with `version`, newer than that."""
    wait = min(max(request.args.get("wait", 0.0, type=float), 0.0), _LONGEST_WAIT_SECONDS)
    version = request.args.get("version", type=int)
    deadline = time.monotonic() + (wait if has_room() else 0.0)
    made, who, stay = services(), owner(), identity.stay()
    with made.hub.watching(who) as watcher:
        summary = made.reviews.summary(review_id, who)
        while not _is_news(summary, version) and time.monotonic() < deadline:
            _await_change(watcher, review_id, deadline)
            if not stay.holds():
                raise SignInNeeded("Sign in to see this.")
            summary = made.reviews.summary(review_id, who)
    body = msgspec.json.encode(_status(summary))
    return Response(body, mimetype="application/json")


def _is_news(summary: ReviewSummary, version: int | None) -> bool:
    return summary.is_final or (version is not None and summary.version > version)


def _await_change(watcher: Watcher, review_id: str, deadline: float) -> None:
    """Wait until the review may have changed, and at most a second: a hint may be lost."""
    end = min(deadline, time.monotonic() + _TICK_SECONDS)
    while (left := end - time.monotonic()) > 0:
        hint = watcher.next(left)
        if hint is not None and hint.task_id == review_id:
            return


def _status(summary: ReviewSummary) -> Status:
    return Status(
        task_id=summary.id,
        state=summary.state,
        version=summary.version,
        progress=summary.progress,
        result=_result(summary) if summary.state is State.SUCCESS else None,
        error=summary.error,
    )


def _result(summary: ReviewSummary) -> Result:
    risk = risk_in_short(summary.risk)
    return Result(findings=summary.counts, risk=risk, review=f"/reviews/{summary.id}")


def risk_in_short(risk: Risk | None) -> RiskInShort | None:
    """Return *risk* without its reasons."""
    return RiskInShort(risk.level, risk.score) if risk else None
