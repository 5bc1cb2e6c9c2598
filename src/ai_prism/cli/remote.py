"""A running service as the command line uses it: sends documents, follows reviews, gets reports."""

import os
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from hashlib import sha256
from http.cookiejar import LoadError, MozillaCookieJar
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from ai_prism.cli.single import name_of
from ai_prism.cli.transport import Passing, Patience, Transport
from ai_prism.core.decoding import prepared

_CHUNK_BYTES: Final = 256 * 1024
#: How long one question for the state may take to be answered.
_WAIT_SECONDS: Final = 20
_FINAL: Final = frozenset({"SUCCESS", "FAILURE", "REVOKED"})


class Progress(msgspec.Struct, frozen=True):
    """How far a review is; more is told than is needed here."""

    stage: str = ""
    done: int = 0
    total: int = 0
    queue_position: int | None = None

    @property
    def words(self) -> str:
        """What a person is told of it."""
        if self.queue_position is not None:
            return f"waiting, place {self.queue_position}"
        return f"{self.stage} {self.done} of {self.total}" if self.total else self.stage


class Failure(msgspec.Struct, frozen=True):
    """Why a review failed."""

    message: str
    advice: str = ""


class Told(msgspec.Struct, frozen=True):
    """What the server says of a review, in an event or when it is asked."""

    state: str = ""
    version: int = 0
    progress: Progress = Progress()
    error: Failure | None = None

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come."""
        return self.state in _FINAL


class _Accepted(msgspec.Struct):
    task_id: str


class Remote:
    """One service, as one owner sees it."""

    def __init__(self, url: str, token: str = "") -> None:
        """Speak to the service at *url*: with *token*, else as who one was there the last time."""
        self._cookies = _Cookies(url)
        self._transport = Transport(url, self._cookies, token)

    def send(self, path: Path, fields: dict[str, str], say: Callable[[str], None]) -> str:
        """Return the id of the review of the document at *path*, told *say* why it has to wait.

        Raises:
            PrismError: the server does not take it.
            OSError: it cannot be read.
        """
        boundary = uuid.uuid4().hex
        # Sent again after a cut, it is the same review.
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        head, tail = _around(path, fields, boundary)
        headers["Content-Length"] = str(len(head) + path.stat().st_size + len(tail))

        def body() -> Iterator[bytes]:
            yield head
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    yield chunk
            yield tail

        answer = self._transport.ask("/upload", body, headers, say)
        self._cookies.keep()
        return msgspec.json.decode(answer, type=prepared(_Accepted)).task_id

    def page(self, review_id: str) -> str:
        """Return the address of the review for people."""
        return f"{self._transport.url}/reviews/{review_id}"

    def follow(self, review_id: str) -> Iterator[Told]:
        """Yield what is told of a review until it has ended, over cut connections, too.

        Raises:
            PrismError: there is no such review, or the server is gone for good.
        """
        version, patience = 0, Patience()
        while True:
            try:
                with closing(self._events(review_id, version)) as events:
                    for told in events:
                        patience.renew()
                        version = max(version, told.version)
                        yield told
                        if told.is_final:
                            return
            except Passing as error:
                # A server that has no room for a stream may have some for a question.
                told = self._state(review_id, version)
                yield told
                if told.is_final:
                    return
                if not patience.wait():
                    raise error.lasting() from error

    def report(self, review_id: str, format_name: str, query: str = "") -> bytes:
        """Return the report of a review that has ended well.

        Raises:
            PrismError: the server does not give it.
        """
        return self._transport.ask(f"/reviews/{review_id}/report.{format_name}{query}")

    def _state(self, review_id: str, version: int) -> Told:
        path = f"/status/{quote(review_id)}?wait={_WAIT_SECONDS}&version={version}"
        return msgspec.json.decode(self._transport.ask(path), type=prepared(Told))

    def _events(self, review_id: str, version: int) -> Generator[Told, None, None]:
        headers = {"Accept": "text/event-stream"}
        if version:
            headers["Last-Event-ID"] = str(version)
        with self._transport.open(f"/events/{quote(review_id)}", None, headers) as stream:
            id_ = 0
            for raw in stream:
                field, _, value = raw.decode().rstrip("\r\n").partition(": ")
                if field == "id" and value.isdecimal():
                    id_ = int(value)
                elif field == "data":
                    told = msgspec.json.decode(value, type=prepared(Told))
                    yield msgspec.structs.replace(told, version=id_)
        raise Passing("The stream has ended")  # asked anew: the server may have been restarted


class _Cookies(MozillaCookieJar):
    """Who one is to a service that asks nobody: kept, so that the next call is the same one."""

    def __init__(self, url: str) -> None:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
        # A file for each service: cookies know no ports.
        name = sha256(url.rstrip("/").encode()).hexdigest()[:16]
        self._path = base / "ai-prism" / f"cookies-{name}.txt"
        super().__init__(str(self._path))
        try:
            self.load(ignore_discard=True)
        except (OSError, LoadError):
            return  # there are none yet, or nobody can tell what they were

    def keep(self) -> None:
        """Write them down, for nobody else to read."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        self.save(ignore_discard=True)


def _around(path: Path, fields: dict[str, str], boundary: str) -> tuple[bytes, bytes]:
    """Return what stands before and behind the file in a form of several parts (RFC 7578)."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    name = name_of(path).translate({ord('"'): "%22", ord("\r"): "%0D", ord("\n"): "%0A"})
    parts.append(
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="document"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return "".join(parts).encode(), f"\r\n--{boundary}--\r\n".encode()
