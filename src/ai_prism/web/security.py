"""Who is let in, and what a browser may do with our pages."""

import os
import secrets
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from ai_prism.core.errors import PrismError
from ai_prism.settings import Settings
from ai_prism.web import identity

#: As long as browsers keep a cookie at most.
SESSION_SECONDS: Final = timedelta(days=400)

#: Nothing is loaded from elsewhere and nothing runs that is not a file of ours.
_CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_HEADERS: Final = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class ForeignRequest(PrismError):
    """A page of another site made the browser send this."""

    code = "foreign_request"
    advice = "Open AI-Prism itself and do it there."


class SignInNeeded(PrismError):
    """Nobody is let in here without saying who they are."""

    code = "sign_in_needed"
    advice = "Sign in, or send a token: Authorization: Bearer <token>."


#: What anybody may have: nothing of it is anybody's. All other routes, and those yet to be
#: written, ask who comes.
PUBLIC: Final = {
    "static",
    "health.health",
    "health.ready",
    "metrics.show",  # asks for itself: who reads it is no person
    "openapi.as_json",
    "openapi.as_page",
    "openapi.review_schema",
    "sign_in.show",
    "sign_in.create",
    "sign_in.delete",
    "sign_in.go_to_provider",
    "sign_in.come_from_provider",
}


def init_app(app: Flask) -> None:
    """Guard every request and every answer of *app*."""
    app.before_request(_refuse_foreign_changes)
    app.before_request(_let_in)
    app.before_request(_refuse_nul)
    app.after_request(_harden)


def owner() -> str:
    """Return who asks.

    Raises:
        SignInNeeded: nobody who is known.
    """
    who = identity.person()
    if who is None:
        raise SignInNeeded("Sign in to see this.")
    return who.owner


def _let_in() -> None:
    if request.endpoint is not None and request.endpoint not in PUBLIC:
        owner()


def _refuse_nul() -> None:
    """Find nothing under a name with a NUL, which PostgreSQL cannot even be asked for."""
    if any("\0" in str(value) for value in (request.view_args or {}).values()):
        raise NotFound


def secret_key(settings: Settings) -> str:
    """Return the key that signs the cookies; made once, so that a restart keeps everybody's own.

    There is no default: a known key would let anybody read anybody's reviews.
    """
    if settings.secret_key:
        return settings.secret_key
    settings.data_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.data_path / "secret_key"
    draft = path.with_name(f"secret_key.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    try:
        path.hardlink_to(draft)  # of several processes starting at once, one wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()


def _refuse_foreign_changes() -> None:
    """Refuse a change that another site's page makes a browser ask for.

    Browsers say where a request comes from; curl and other clients say nothing and are not
    affected. See https://owasp.org/www-community/attacks/csrf, "Fetch Metadata".
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign_origin = origin is not None and urlsplit(origin).netloc != request.host
    if site in ("cross-site", "same-site") or (site is None and foreign_origin):
        raise ForeignRequest("Another site asked for this change.")


def _harden(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        # Confidential answers stay out of shared and on-disk caches.
        response.headers.setdefault("Cache-Control", "no-store")
    return response
