"""Writes down every read and change of a review, by whatever route: also routes yet to come."""

import logging
import time
from collections import OrderedDict
from threading import Lock
from typing import Final

import sqlalchemy as sa
from flask import Flask, Response, g, request

from ai_prism import logs
from ai_prism.storage.audit import AuditEvent
from ai_prism.storage.identities import Person
from ai_prism.web import identity
from ai_prism.web.errors import storage_unavailable
from ai_prism.web.services import services

_log = logging.getLogger(__name__)

#: Reads that concern nobody's review.
_UNWRITTEN: Final = {
    "static",
    "health.health",
    "health.ready",
    "metrics.show",
    "openapi.as_json",
    "openapi.as_page",
    "pages.playbooks",
    "sign_in.show",
    "sign_in.go_to_provider",
}
_READS: Final = ("GET", "HEAD", "OPTIONS")

#: A page that asks for a review's state every two seconds has read it once in this time.
_SAME_READ_SECONDS: Final = 60.0
_REMEMBERED_READS: Final = 4096


class _RecentReads:
    """Which reads were written down a moment ago, so that they are not written again."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[object, ...], float] = OrderedDict()
        self._lock = Lock()

    def is_repeated(self, read: tuple[object, ...]) -> bool:
        now = time.monotonic()
        with self._lock:
            written_at = self._seen.get(read)
            if written_at is not None and now - written_at < _SAME_READ_SECONDS:
                return True
            self._seen[read] = now
            self._seen.move_to_end(read)
            if len(self._seen) > _REMEMBERED_READS:
                self._seen.popitem(last=False)
        return False


def init_app(app: Flask) -> None:
    """Write down what is done with the reviews of *app*."""
    recent = _RecentReads()
    app.before_request(_say_whose)
    app.after_request(lambda response: _write(response, recent))


def about(review_id: str) -> None:
    """Say which review this request is about, where its address does not."""
    g.review_id = review_id
    logs.from_now_on_about(review_id)


def address() -> str:
    """Return from where the request comes."""
    return request.remote_addr or ""


def _say_whose() -> None:
    # A thread serves one request after the other: without a review the last one is forgotten.
    logs.from_now_on_about((request.view_args or {}).get("review_id", ""))


def _write(response: Response, recent: _RecentReads) -> Response:
    endpoint, is_read = request.endpoint, request.method in _READS
    review_id = g.get("review_id") or (request.view_args or {}).get("review_id")
    if endpoint is None or endpoint in _UNWRITTEN:
        return response
    try:
        who = identity.person()
        if is_read and _is_repeated(recent, who, review_id, response):
            return response
        services().audit.write(_event(endpoint, who, review_id, response))
    except sa.exc.SQLAlchemyError as error:
        _log.error("audit: %s %s by %s not written: %s", endpoint, review_id, address(), error)
        # What cannot be written down is not shown; what was changed, was.
        return storage_unavailable() if is_read else response
    return response


def _is_repeated(
    recent: _RecentReads, who: Person | None, review_id: str | None, response: Response
) -> bool:
    if identity.is_newcomer() or who is None:
        if review_id is None:
            return True  # a newcomer has no reviews to read
        # Somebody who tries ids must not fill the log: once a minute says enough.
        return recent.is_repeated((address(), request.endpoint, response.status_code))
    return recent.is_repeated(
        (who.owner, address(), request.endpoint, review_id, response.status_code)
    )


def _event(
    endpoint: str, who: Person | None, review_id: str | None, response: Response
) -> AuditEvent:
    columns = {"action": 64, "review_id": 36, "address": 64, "name": 255}
    return AuditEvent(
        at=time.time(),
        who=who.owner if who else "",
        name=_printable(who.name if who else "")[: columns["name"]],
        action=endpoint[: columns["action"]],
        # As it was asked for, which may be anything at all.
        review_id=_printable(review_id)[: columns["review_id"]] if review_id else None,
        address=address()[: columns["address"]],
        outcome=response.status_code,
    )


def _printable(words: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in words)
