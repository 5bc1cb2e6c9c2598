"""Server-sent events: one review as it goes, or all reviews of whoever asks.

A stream opens with a snapshot from the database and sends later versions only; the event id is
the version, so `Last-Event-ID` resumes exactly even when Redis was emptied meanwhile. It ends when
its owner signs out: nothing is read for somebody who would not be let in now.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, request

from ai_prism.core.errors import PrismError
from ai_prism.core.progress import Stage
from ai_prism.storage.changes import Change
from ai_prism.storage.database import AWAY
from ai_prism.storage.reviews import UnknownReview
from ai_prism.storage.summaries import ReviewSummary
from ai_prism.storage.tables import WAITING
from ai_prism.web import identity
from ai_prism.web.hub import Hub, Watcher
from ai_prism.web.identity import Stay
from ai_prism.web.security import owner
from ai_prism.web.services import Services, services

_log = logging.getLogger(__name__)

blueprint = Blueprint("streams", __name__)

#: Under the idle time-out of proxies (often 30 or 60 s).
_HEARTBEAT_SECONDS: Final = 15.0
#: How often a stream looks into the database by itself: a hint may be lost.
_LOOK_SECONDS: Final = 10.0
_LOOK_SECONDS_WITHOUT_REDIS: Final = 1.0
#: How often one looks about that is told by hints of what matters to it; and one whose place in
#: line others move.
_TICK_SECONDS: Final = 3.0
_TICK_SECONDS_IN_LINE: Final = 1.0
#: How often a stream that has nothing to send asks whether its owner has signed out.
_STAY_SECONDS: Final = 3.0
#: Threads kept free for everything that is not a stream.
_RESERVED_THREADS: Final = 32

_HEARTBEAT: Final = "event: heartbeat\ndata: {}\n\n"

_HEADERS: Final = {
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",  # nginx would hold events back until its buffer is full
}


class TooManyWatchers(PrismError):
    """Every thread that may hold a stream holds one."""

    code = "too_many_watchers"
    advice = "The page asks for the state every two seconds instead."


class _Looks:
    """What streams ask the database, in threads other than their own."""

    def __init__(self, made: Services) -> None:
        self._run = made.few_threads.run
        self._reviews = made.reviews

    def history(self, who: str) -> Sequence[ReviewSummary]:
        return self._run(self._reviews.history, who)

    def changes_since(self, review_id: str, who: str, version: int) -> Change:
        return self._run(self._reviews.changes_since, review_id, who, version)

    def version(self, review_id: str, who: str) -> int:
        return self._run(self._reviews.version, review_id, who)


@blueprint.get("/events/<review_id>")
def review_events(review_id: str) -> Response:
    """Stream the changes of one review until it has ended."""
    who, made = owner(), services()
    made.reviews.summary(review_id, who)  # raises UnknownReview while it can still be a 404
    version = max(request.headers.get("Last-Event-ID", 0, type=int), 0)
    stay = identity.stay(made.few_threads.run)
    return _stream(_of_review(_Looks(made), made.hub, stay, review_id, who, version))


@blueprint.get("/events")
def all_events() -> Response:
    """Stream the states of all one's reviews, so that a tab needs one stream."""
    made = services()
    stay = identity.stay(made.few_threads.run)
    return _stream(_of_owner(_Looks(made), made.hub, stay, owner()))


def has_room() -> bool:
    """Whether one more request may hold a thread while it waits."""
    made = services()
    return made.hub.watching_count < made.settings.web_threads - _RESERVED_THREADS


def _stream(events: Iterator[str]) -> Response:
    if not has_room():
        raise TooManyWatchers("Too many open streams.")
    return Response(
        _while_the_database_answers(events), mimetype="text/event-stream", headers=_HEADERS
    )


def _while_the_database_answers(events: Iterator[str]) -> Iterator[str]:
    """Yield *events*; without the database the stream ends, and its reader opens a new one."""
    try:
        yield from events
    except AWAY as error:
        _log.warning("a stream ends, the database does not answer: %s", error)


def _of_review(
    looks: _Looks, hub: Hub, stay: Stay, review_id: str, who: str, version: int
) -> Iterator[str]:
    # Deleted meanwhile: nothing more will come.
    with suppress(UnknownReview), hub.watching(who) as watcher:
        # The watcher is registered before the snapshot is read, so nothing falls in between.
        change = looks.changes_since(review_id, who, version)
        if change.version != version:
            yield _event("change" if version else "snapshot", change)
        yield from _later_changes(looks, hub, stay, watcher, change)


def _later_changes(
    looks: _Looks, hub: Hub, stay: Stay, watcher: Watcher, latest: Change
) -> Iterator[str]:
    looked_at = beat_at = time.monotonic()
    line_moves = hub.line_moves
    while not latest.state.is_final:
        is_told = _is_told(hub, watcher, latest, line_moves)
        is_due = is_told or time.monotonic() - looked_at >= _look_seconds(hub)
        if not stay.holds(within_seconds=0 if is_due else _STAY_SECONDS):
            return
        now = time.monotonic()
        if is_due:
            looked_at, line_moves = now, hub.line_moves
            has_news = is_told or _rests_on_others(latest)
            if has_news or looks.version(latest.task_id, latest.owner) > latest.version:
                found = looks.changes_since(latest.task_id, latest.owner, latest.version)
                if told := _told(found, latest):
                    yield told
                    beat_at = now
                latest = found
        if now - beat_at >= _HEARTBEAT_SECONDS:
            yield _HEARTBEAT
            beat_at = now


def _is_told(hub: Hub, watcher: Watcher, latest: Change, line_moves: int) -> bool:
    """Wait a moment; return whether there is likely more than *latest*."""
    is_in_line = latest.state in WAITING
    hint = watcher.next(_tick_seconds(hub, is_in_line))
    if hint is not None and hint.task_id == latest.task_id and hint.version > latest.version:
        return True
    return watcher.take_missed() or (is_in_line and hub.line_moves != line_moves)


def _rests_on_others(latest: Change) -> bool:
    """Return whether its progress tells of more than itself: its line, and who is there to work."""
    return latest.state in WAITING or latest.progress.stage == Stage.REVIEWER


def _told(found: Change, latest: Change) -> str | None:
    """Return the event that tells what *found* has and *latest* has not, if anything."""
    if found.version > latest.version:
        return _event("change", found)
    if found.progress != latest.progress:
        return _named("queue", {"progress": found.progress})
    return None


def _tick_seconds(hub: Hub, is_in_line: bool) -> float:
    return _TICK_SECONDS_IN_LINE if is_in_line or not hub.is_live else _TICK_SECONDS


def _look_seconds(hub: Hub) -> float:
    return _LOOK_SECONDS if hub.is_live else _LOOK_SECONDS_WITHOUT_REDIS


def _of_owner(looks: _Looks, hub: Hub, stay: Stay, who: str) -> Iterator[str]:
    with hub.watching(who) as watcher:
        known: dict[str, ReviewSummary] = {}
        looked_at = beat_at = time.monotonic()
        line_moves: int | None = None
        has_news = True
        while stay.holds(within_seconds=0 if has_news else _STAY_SECONDS):
            now = time.monotonic()
            if has_news:
                looked_at, line_moves = now, hub.line_moves
                for summary in looks.history(who):
                    if known.get(summary.id) != summary:
                        yield _named("review", _brief(summary))
                        known[summary.id] = summary
                        beat_at = now
                if not any(summary.state in WAITING for summary in known.values()):
                    line_moves = None
            if now - beat_at >= _HEARTBEAT_SECONDS:
                yield _HEARTBEAT
                beat_at = now
            has_news = _has_news(hub, watcher, looked_at, line_moves)


def _has_news(hub: Hub, watcher: Watcher, looked_at: float, line_moves: int | None) -> bool:
    """Wait a moment; return whether it is time to look at the owner's reviews again.

    With *line_moves*, one of them waits, and other people's reviews move it.
    """
    if watcher.next(_tick_seconds(hub, line_moves is not None)) is not None:
        watcher.drop_all()  # several hints at once need one look
        return True
    if line_moves is not None and hub.line_moves != line_moves:
        return True
    return time.monotonic() - looked_at >= _look_seconds(hub)


def _brief(summary: ReviewSummary) -> dict[str, Any]:
    risk = summary.risk and {"level": summary.risk.level, "score": summary.risk.score}
    return {
        "task_id": summary.id,
        "name": summary.name,
        "version": summary.version,
        "state": summary.state,
        "progress": summary.progress,
        "counts": summary.counts,
        "found": summary.found,
        "decided": summary.decided,
        "risk": risk,
    }


def _event(name: str, change: Change) -> str:
    fields = {
        field: getattr(change, field) for field in change.__struct_fields__ if field != "owner"
    }
    return f"id: {change.version}\n{_named(name, fields)}"


def _named(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {msgspec.json.encode(data).decode()}\n\n"
