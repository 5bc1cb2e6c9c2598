"""Who asks: a browser by its cookie, a program by its token.

`anonymous`: each browser is its own owner, remembered by a signed cookie. `token` and `oidc`: the
cookie holds the secret of a session in the database; a program sends an API token.
"""

import secrets

from flask import Flask, g, request, session

from ai_prism.storage.identities import Person
from ai_prism.web.services import services

_ANONYMOUS = "owner"
_SIGNED_IN = "session"


def init_app(app: Flask) -> None:
    """Let the pages of *app* say who is signed in."""
    app.context_processor(lambda: {"signed_in": signed_in, "has_sign_in": has_sign_in})


def person() -> Person | None:
    """Return who asks, asked once for each request; None: nobody who may come in."""
    if "person" not in g:
        g.person = _recognise() if has_sign_in() else _anybody()
    who: Person | None = g.person
    return who


def is_newcomer() -> bool:
    """Whether the one who asks was never seen before, as far as the request tells."""
    person()
    return bool(g.get("is_newcomer", False))


def has_sign_in() -> bool:
    """Whether this service asks people who they are."""
    return services().settings.auth != "anonymous"


def signed_in() -> Person | None:
    """Return who is signed in, if anybody is and can be."""
    return person() if has_sign_in() else None


def enter(who: Person) -> None:
    """Sign *who* in on this browser."""
    leave()  # and so take nothing over from before: whoever planted a cookie gains nothing
    session[_SIGNED_IN] = services().sessions.begin(who)
    session.permanent = True
    g.person = who


def leave() -> None:
    """Sign out on this browser, for good: a copy of its cookie opens nothing either."""
    if secret := session.get(_SIGNED_IN):
        services().sessions.end(secret)
    session.clear()
    g.pop("person", None)


def _recognise() -> Person | None:
    if request.authorization and request.authorization.type == "bearer":
        return services().tokens.person(request.authorization.token or "")
    secret = session.get(_SIGNED_IN)
    return services().sessions.person(secret) if secret else None


def _anybody() -> Person:
    if _ANONYMOUS not in session:
        session[_ANONYMOUS] = secrets.token_urlsafe(24)
        session.permanent = True
        g.is_newcomer = True
    return Person(owner=session[_ANONYMOUS])
