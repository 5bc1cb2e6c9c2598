"""Requests to a server, asked again where that can help.

The standard library's client: proxies come from `https_proxy` and `no_proxy`, authorities from the
system or `SSL_CERT_FILE`. Redirects are not followed, since a token would go along to anywhere.
"""

import http.client
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from http.cookiejar import CookieJar
from typing import IO, Final
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import msgspec

import ai_prism
from ai_prism.core.decoding import prepared
from ai_prism.core.errors import PrismError

#: What may be otherwise in a moment: too many at once, or a gateway whose server starts anew.
_PASSING: Final = frozenset({429, 502, 503, 504})
#: So long without any answer that is one, and it is given up.
_PATIENCE_SECONDS: Final = 600.0
_LONGEST_PAUSE_SECONDS: Final = 30.0
#: The server sends a heartbeat every 15 seconds.
SILENCE_SECONDS: Final = 40.0
_MOST_OF_AN_ERROR: Final = 65_536


class ServerUnreachable(PrismError):
    """The server does not answer."""

    code = "server_unreachable"
    advice = "See whether it runs, and whether --server has its address."


class ServerRefused(PrismError):
    """The server answers that it will not."""

    code = "server_refused"


class _ProblemDocument(msgspec.Struct):
    title: str = ""
    advice: str = ""
    code: str = ""


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


class Patience:
    """How long it is worthwhile to go on asking."""

    def __init__(self) -> None:
        """Begin to wait."""
        self.renew()

    def renew(self) -> None:
        """Begin anew: there was an answer."""
        self._until = time.monotonic() + _PATIENCE_SECONDS
        self._pause = 0.5

    def wait(self, asked_seconds: float | None = None) -> bool:
        """Wait before the next try, as long as was asked for; False: it is not worthwhile."""
        self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)
        # Clients that were cut off together should not all come back together.
        seconds = self._pause * random.uniform(0.5, 1) if asked_seconds is None else asked_seconds  # noqa: S311  # nosec B311
        if time.monotonic() + seconds > self._until:
            return False
        time.sleep(seconds)
        return True


class Transport:
    """Sends requests to one server as one owner."""

    def __init__(self, url: str, cookies: CookieJar, token: str = "") -> None:
        """Speak to the server at *url*, with *token* where there is one, else with *cookies*."""
        self.url = url.rstrip("/")
        self._opener = build_opener(_NoRedirects, HTTPCookieProcessor(cookies))
        self._headers = {
            "User-Agent": f"ai-prism/{ai_prism.__version__}",
            "Accept": "application/json",
        }
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def ask(
        self,
        path: str,
        body: Callable[[], Iterator[bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> bytes:
        """Return what the server answers; *body* makes what to send, once for each try.

        Raises:
            ServerUnreachable: it does not answer for ten minutes.
            ServerRefused: it answers that it will not.
        """
        patience = Patience()
        while True:
            try:
                with self.open(path, body() if body else None, headers) as answer:
                    return answer.read()
            except Passing as error:
                say(f"{error}; asking again")
                if not patience.wait(error.retry_after_seconds):
                    raise error.lasting() from error

    @contextmanager
    def open(
        self,
        path: str,
        body: Iterator[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[http.client.HTTPResponse]:
        """Give the answer to read, whose reading may fail in the same ways.

        Raises:
            Passing: it may be otherwise in a moment.
            ServerRefused: the server answers that it will not.
        """
        request = Request(self.url + path, data=body, headers={**self._headers, **(headers or {})})  # noqa: S310  the command lets only http and https through
        try:
            with self._opener.open(request, timeout=SILENCE_SECONDS) as answer:
                yield answer
        except HTTPError as error:
            with error:
                raise _refusal(error) from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise Passing(f"{self.url} does not answer: {reason}") from error


class Passing(Exception):
    """What may be otherwise in a moment."""

    def __init__(self, words: str, refused: ServerRefused | None = None) -> None:
        """Say *words*; the server *refused*, or did not answer."""
        super().__init__(words)
        self.retry_after_seconds: float | None = None
        self._refused = refused

    def lasting(self) -> PrismError:
        """Return what it is called once nobody waits any longer."""
        return self._refused or ServerUnreachable(f"{self}.")


def _refusal(error: HTTPError) -> Exception:
    try:
        told = msgspec.json.decode(error.read(_MOST_OF_AN_ERROR), type=prepared(_ProblemDocument))
    except (msgspec.DecodeError, OSError, http.client.HTTPException):
        told = _ProblemDocument()
    words = told.title or f"The server answers {error.code} {error.reason}."
    if 300 <= error.code < 400:
        words = f"The server sends everybody elsewhere, to {error.headers['Location']}."
    refused = ServerRefused(f"{words} {told.advice}".rstrip())
    if error.code not in _PASSING:
        return refused
    passing = Passing(words.rstrip("."), refused)
    asked = error.headers.get("Retry-After", "")
    passing.retry_after_seconds = float(asked) if asked.isdecimal() else None
    return passing
