"""Signing in and out: with a token, or through an OpenID Connect provider."""

from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from ai_prism.core.errors import PrismError
from ai_prism.web import identity, oidc
from ai_prism.web.services import services

blueprint = Blueprint("sign_in", __name__)

_LONGEST_TOKEN: Final = 200
_THEN: Final = "then"


class WrongToken(PrismError):
    """Nobody comes in with this token."""

    code = "wrong_token"
    advice = "Look whether it was copied whole; whoever runs this service can make a new one."


@blueprint.get("/sign-in")
def show() -> str | AnyResponse:
    """Show how to sign in."""
    if not identity.has_sign_in() or identity.signed_in():
        return redirect(_then(), 303)
    return _page()


@blueprint.post("/sign-in")
def create() -> AnyResponse | tuple[str, int]:
    """Sign in with a token."""
    token = request.form.get("token", "").strip()[:_LONGEST_TOKEN]
    who = services().tokens.person(token) if identity.has_sign_in() else None
    if who is None:
        if not identity.has_sign_in():
            return redirect(_then(), 303)
        return _page(WrongToken("This token opens nothing.")), 401
    identity.enter(who)
    return redirect(_then(), 303)


@blueprint.get("/sign-in/provider")
def go_to_provider() -> AnyResponse:
    """Send the browser to the OpenID Connect provider."""
    if services().settings.auth != "oidc":
        return redirect(url_for("sign_in.show"), 303)
    session[_THEN] = _then()
    return oidc.ask(url_for("sign_in.come_from_provider", _external=True))


@blueprint.get("/sign-in/callback")
def come_from_provider() -> AnyResponse:
    """Take the browser back from the provider, signed in."""
    if services().settings.auth != "oidc":
        return redirect(url_for("sign_in.show"), 303)
    who = oidc.answer()
    then = session.get(_THEN) or url_for("pages.index")
    identity.enter(who)
    return redirect(then, 303)


@blueprint.post("/sign-out")
def delete() -> AnyResponse:
    """Sign out."""
    if identity.has_sign_in():  # an anonymous browser's cookie is all that leads to its reviews
        identity.leave()
    return redirect(url_for("sign_in.show"), 303)


def _page(error: PrismError | None = None) -> str:
    provider = services().settings.auth == "oidc"
    return render_template("sign-in.html", error=error, then=_then(), provider=provider)


def _then() -> str:
    """Return where to go on: a path of ours, whatever the request says."""
    asked = request.values.get("then", "")
    parts = urlsplit(asked)
    is_ours = asked.startswith("/") and not parts.netloc and "\\" not in asked
    return asked if is_ours and asked.isprintable() else url_for("pages.index")
