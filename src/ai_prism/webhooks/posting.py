"""One POST to an address that was looked at before: no redirect is followed, nothing waits long."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import ai_prism
from ai_prism.webhooks.targets import Target

#: For the whole exchange: who answers a byte at a time is cut off, too.
_SECONDS: Final = 15.0
_HEADERS: Final = {
    "Content-Type": "application/json",
    "User-Agent": f"AI-Prism/{ai_prism.__version__}",
    "Connection": "close",
}


class NotAnswered(Exception):
    """Nobody answered in a way that can be understood; the message says in what."""


def post(target: Target, address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send *body* and return the status of the answer, whatever it is; the rest is not read.

    Redirects are answers like others: they would lead to an address that nobody looked at. Neither
    are the proxies of the environment used, which might reach what we must not.

    Args:
        target: what is asked for.
        address: the numeric address to connect to, from `Targets.resolve`.
        body: what is sent.
        headers: what goes with it.

    Raises:
        NotAnswered: no answer came.
    """
    connection = _Connection(target, address)
    try:
        connection.connect()
        with _cut_off(connection.sock):
            connection.request("POST", target.path, body, {**_HEADERS, **headers})
            return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise NotAnswered(type(error).__name__) from error
    finally:
        connection.close()


class _Connection(http.client.HTTPConnection):
    """A connection to an address, for a host."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=_SECONDS)
        self._address = address
        self._tls = ssl.create_default_context() if target.scheme == "https" else None
        self.default_port = http.client.HTTPS_PORT if self._tls else http.client.HTTP_PORT

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


@contextmanager
def _cut_off(connected: socket.socket) -> Iterator[None]:
    """End what the block waits for after a while: a time-out of a socket is one of each read."""
    timer = threading.Timer(_SECONDS, _shut, [connected])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(connected: socket.socket) -> None:
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
