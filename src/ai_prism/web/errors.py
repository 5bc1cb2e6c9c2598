"""Errors as answers: RFC 9457 problem documents for programs, a page in plain words for people."""

import logging
from typing import Final

import msgspec
import sqlalchemy as sa
from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from ai_prism.core.errors import PrismError, StorageUnavailable, TooLarge
from ai_prism.storage.database import AWAY
from ai_prism.storage.quotas import OverLimit
from ai_prism.web.security import SignInNeeded

_log = logging.getLogger(__name__)

#: Code to HTTP status; a code that is not here is the caller's mistake, 400.
STATUS: Final = {
    "unsupported": 415,
    "empty": 400,
    "too_large": 413,
    "encrypted": 422,
    "corrupt": 422,
    "no_text": 422,
    "no_document": 400,
    "unknown_playbook": 400,
    "unknown_party": 400,
    "webhook_refused": 400,
    "no_webhook": 404,
    "no_model": 404,
    "unknown_question": 404,
    "unknown_previous": 404,
    "previous_not_ready": 409,
    "playbook": 400,
    "unknown_review": 404,
    "unknown_example": 404,
    "unknown_finding": 404,
    "unknown_page": 404,
    "no_pages": 404,
    "invalid_request": 400,
    "wrong_place": 422,
    "not_possible": 409,
    "no_copy": 409,
    "reader_lost": 422,
    "foreign_request": 403,
    "metrics_closed": 403,
    "sign_in_needed": 401,
    "wrong_token": 401,
    "over_limit": 429,
    "too_many_uploads": 429,
    "too_many_waiting": 429,
    "storage_quota": 429,
    # Not 429: it is the service that is busy, whoever asks.
    "queue_full": 503,
    "too_many_watchers": 503,
    "file_gone": 404,
    "storage": 503,
    "store_away": 503,
    "storage_full": 507,
}

_RETRY_AFTER_SECONDS: Final = 5

_CHUNK_BYTES: Final = 1024 * 1024
#: What is sent after this is cut off: nobody's document is so large.
_DRAINED_BYTES: Final = 1024 * _CHUNK_BYTES


class InvalidRequest(PrismError):
    """The request is not what the call takes."""

    code = "invalid_request"
    advice = "See the description of the call at /docs."


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An error as RFC 9457 has it, with our code and what to do about it."""

    type: str
    title: str
    status: int
    code: str
    advice: str


def init_app(app: Flask) -> None:
    """Turn what the routes of *app* raise into answers."""
    app.register_error_handler(PrismError, _expected)
    app.register_error_handler(SignInNeeded, _sign_in_needed)
    app.register_error_handler(HTTPException, _refused)
    for away in AWAY:
        app.register_error_handler(away, _database_away)


def wants_page() -> bool:
    """Whether the one who asks reads HTML rather than JSON."""
    kinds = request.accept_mimetypes
    return kinds.best_match(["application/json", "text/html"]) == "text/html"


def _expected(error: PrismError) -> Response:
    status = STATUS.get(error.code, 400)
    response = _answer(status, error.code, error.message, error.advice)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, OverLimit):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
        _drain()
    return response


def _sign_in_needed(error: SignInNeeded) -> AnyResponse:
    """Show people where to sign in, and bring them back here; tell programs."""
    if not wants_page():
        return _expected(error)
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.show", then=here), 303)


def _refused(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 413:
        _drain()
        return _expected(TooLarge("The upload is larger than this service takes."))
    code = error.name.lower().replace(" ", "_")
    response = _answer(status, code, error.description or error.name, "")
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _drain() -> None:
    """Read on for a while before refusing, so that the sender gets to read the answer.

    A connection that is closed over unread bytes is reset, and the answer is lost with it: browsers
    would say "network error" instead of "too large".
    """
    rest, left = request.environ["wsgi.input"], _DRAINED_BYTES
    while left > 0 and (chunk := rest.read(min(left, _CHUNK_BYTES))):
        left -= len(chunk)


def _database_away(error: sa.exc.SQLAlchemyError) -> Response:
    _log.error("database: %s", error)
    return storage_unavailable()


def storage_unavailable() -> Response:
    """Return the answer to whatever the database is needed for while it is away."""
    return _expected(StorageUnavailable("The database does not answer."))


def _answer(status: int, code: str, message: str, advice: str) -> Response:
    problem = ProblemDocument(
        type=f"urn:ai-prism:error:{code}",
        title=message,
        status=status,
        code=code,
        advice=advice,
    )
    if wants_page():
        fields = msgspec.to_builtins(problem)
        response = make_response(render_template("error.html", **fields), status)
    else:
        body = msgspec.json.encode(problem)
        response = Response(body, status, content_type="application/problem+json")
    if status == 503:
        response.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    return response
