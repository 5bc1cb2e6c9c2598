"""Who asks: a browser by its cookie, a program by its token.

`anonymous`: each browser is its own owner, remembered by a signed cookie. `token` and `oidc`: the
cookie holds the secret of a session in the database; a program sends an API token.
"""

import secrets
import time
from collections.abc import Callable
from functools import partial

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
        g.person = _sent()() if has_sign_in() else _anybody()
    who: Person | None = g.person
    return who


class Stay:
    """Whether somebody who was let in would still be, asked while their request goes on."""

    def __init__(self, ask: Callable[[], bool]) -> None:
        """Begin with a yes: they have just been let in. *ask* needs no request."""
        self._ask = ask
        self._asked_at = time.monotonic()

    def holds(self, within_seconds: float = 0.0) -> bool:
        """Return whether it was so *within_seconds*; asks when that is not known.

        It is no longer so when they have signed out, or their token has ended or was revoked.
        """
        now = time.monotonic()
        if now - self._asked_at < within_seconds:
            return True
        self._asked_at = now
        return self._ask()


def stay(run: Callable[[Callable[[], bool]], bool] = lambda ask: ask()) -> Stay:
    """Return whether the one who asks may stay, to be asked after the request is over, too.

    Args:
        run: asks it, perhaps in another thread.
    """
    if not has_sign_in():
        return Stay(lambda: True)
    who = _sent()
    return Stay(lambda: run(lambda: who() is not None))


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


def _sent() -> Callable[[], Person | None]:
    """Return what says who comes in with what this request was sent with, whenever it is asked."""
    if request.authorization and request.authorization.type == "bearer":
        return partial(services().tokens.person, request.authorization.token or "")
    return partial(services().sessions.person, session.get(_SIGNED_IN, ""))


def _anybody() -> Person:
    if _ANONYMOUS not in session:
        session[_ANONYMOUS] = secrets.token_urlsafe(24)
        session.permanent = True
        g.is_newcomer = True
    return Person(owner=session[_ANONYMOUS])
