"""Sign-in through an OpenID Connect provider: authorization code flow with PKCE, state and nonce.

Authlib does the protocol and checks the identity token (signature, issuer, audience, nonce, time).
It is an extra, `ai-prism[oidc]`, and is imported only where it is asked for.
"""

import hashlib
from base64 import urlsafe_b64encode
from importlib.util import find_spec
from typing import Any, Final

from flask import Flask, current_app
from werkzeug.wrappers import Response as AnyResponse

from ai_prism.core.errors import PrismError
from ai_prism.settings import InvalidSettings, Settings
from ai_prism.storage.identities import Person

_EXTENSION: Final = "ai_prism_oidc"
_SCOPE: Final = "openid profile email"
_TIMEOUT_SECONDS: Final = 10


class SignInFailed(PrismError):
    """The provider did not say who this is, or not in a way that can be trusted."""

    code = "sign_in_failed"
    advice = "Go to the sign-in page and try again."


def init_app(app: Flask, settings: Settings) -> None:
    """Let *app* ask the provider of *settings*, which is not reached before somebody signs in.

    Raises:
        InvalidSettings: a setting or the extra is missing.
    """
    for name in ("oidc_issuer", "oidc_client_id", "oidc_client_secret"):
        if not getattr(settings, name):
            raise InvalidSettings(f"AI_PRISM_AUTH=oidc needs AI_PRISM_{name.upper()}.")
    if find_spec("authlib") is None:
        raise InvalidSettings("AI_PRISM_AUTH=oidc needs: pip install 'ai-prism[oidc]'.")
    from authlib.integrations.flask_client import OAuth

    issuer = settings.oidc_issuer.rstrip("/")
    app.extensions[_EXTENSION] = OAuth(app).register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": _SCOPE,
            "code_challenge_method": "S256",
            "default_timeout": _TIMEOUT_SECONDS,
        },
    )


def ask(return_to: str) -> AnyResponse:
    """Return the way to the provider, which sends the browser back to *return_to*.

    Raises:
        SignInFailed: the provider cannot be reached.
    """
    import requests

    try:
        answer: AnyResponse = _provider().authorize_redirect(return_to)
    except (requests.RequestException, ValueError) as error:
        raise SignInFailed("The sign-in service does not answer.") from error
    return answer


def answer() -> Person:
    """Return whom the provider has sent back with this request.

    Raises:
        SignInFailed: it did not, or what it says does not hold.
    """
    import requests
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError

    try:
        claims = _provider().authorize_access_token()["userinfo"]
        issuer, subject = str(claims["iss"]), str(claims["sub"])
    except (AuthlibBaseError, JoseError, requests.RequestException, KeyError, ValueError) as error:
        raise SignInFailed("The sign-in was not completed.") from error
    name = claims.get("email") or claims.get("name") or claims.get("preferred_username") or subject
    return Person(owner=_owner(issuer, subject), name=str(name)[:255])


def _owner(issuer: str, subject: str) -> str:
    """Return the owner that a subject of an issuer is, on whatever browser; fits its column."""
    digest = hashlib.sha256(f"{issuer}\n{subject}".encode()).digest()
    return "oidc:" + urlsafe_b64encode(digest).decode().rstrip("=")


def _provider() -> Any:
    return current_app.extensions[_EXTENSION]
