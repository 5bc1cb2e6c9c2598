"""The processes that look at the language of documents, seen from outside.

One of them, the server, has loaded harper, which takes longer than most documents. For each
document it forks a child, which sees that one, answers and ends: what kills it costs this pass and
nothing else. All processes that are forked from the one that keeps a server ask the same.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Final

import msgspec

from ai_prism.core.language.passages import Passage, sheets_of

#: Starting takes a second, and what some documents need two more; then harper reads some 2,500
#: words a second, less when others want the processor too.
_SECONDS_TO_START: Final = 30.0
_WORDS_PER_SECOND: Final = 500


class PassLost(Exception):
    """The child process died, or took longer than it may."""


class Lint(msgspec.Struct, frozen=True):
    """One remark of harper on the text of a document."""

    rule: str
    start: int
    end: int
    message: str
    suggestions: tuple[str, ...]


class Pass:
    """One run over the passages of a document, beside whatever else is done."""

    def __init__(self, passages: list[Passage]) -> None:
        """Have a child read *passages*; it ends with them."""
        self._sheets = sheets_of(passages)
        words = sum(sheet.text.count(" ") + sheet.text.count("\n\n") + 1 for sheet in self._sheets)
        self._limit_seconds = _SECONDS_TO_START + words / _WORDS_PER_SECOND
        self._result: tuple[Lint, ...] | None = None
        self._question = _Question([sheet.text for sheet in self._sheets])
        self._finalizer = weakref.finalize(self, self._question.close)

    def lints(self) -> tuple[Lint, ...]:
        """Return what harper remarks, once it is done.

        Raises:
            PassLost: the child died or took too long.
        """
        if self._result is None:
            self._result = tuple(self._wait())
        return self._result

    def close(self) -> None:
        """Part with the child, which is ended unless it is done."""
        self._finalizer()

    def _wait(self) -> Iterator[Lint]:
        rows = self._question.answer(self._limit_seconds)
        for number, rule, start, end, message, suggestions in rows:
            if place := self._sheets[number].place(start, end):
                yield Lint(rule, place[0], place[1], message, tuple(suggestions))


def keep_loaded() -> None:
    """Have harper loaded from now on, for this process and for those that it forks.

    To be called again before each fork: a server that has died gives its place to another.
    """
    _standby.keep()


@contextmanager
def kept_loaded() -> Iterator[None]:
    """Have harper loaded while the block runs."""
    _standby.keep()
    try:
        yield
    finally:
        _standby.drop()


class _Server:
    """A process that has loaded harper, and forks a child for each question."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ai_prism.core.language.linting", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )

    def ask(self, files: Sequence[int]) -> None:
        """Hand *files* to a child that is forked for them.

        Raises:
            OSError: the server has died.
        """
        socket.send_fds(self._line, [b"?"], files)

    def close(self) -> None:
        self._line.close()
        self.process.kill()  # which does nothing where another process has started it
        self.process.wait()


class _Standby:
    """The server that is kept, where one is."""

    def __init__(self) -> None:
        self.server: _Server | None = None

    def keep(self) -> None:
        """Have a server that lives; only the process that started it can tell."""
        if self.server is not None and self.server.process.poll() is not None:
            self.drop()
        self.server = self.server or _Server()

    def drop(self) -> None:
        server, self.server = self.server, None
        if server is not None:
            server.close()

    def ask(self, files: Sequence[int]) -> _Server | None:
        """Have a server look at *files*; return it if it is for these alone."""
        if self.server is None:
            server = _Server()
            server.ask(files)
            return server
        try:
            self.server.ask(files)
        except OSError:
            # It has died. Its place takes one of our own, also where this process was forked: what
            # it was forked from has another for those that it forks from now on.
            self.drop()
            self.server = _Server()
            self.server.ask(files)
        return None


_standby: Final = _Standby()


class _Question:
    """Some texts, and the child that looks at them."""

    def __init__(self, texts: list[str]) -> None:
        # Files, so that neither side ever waits for the other; the line only says that the answer
        # is written, and by its end that nobody is there.
        self._answer: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  outlives this call
        self._line, theirs = socket.socketpair()
        with theirs, tempfile.TemporaryFile() as question:
            question.write(json.dumps(texts).encode())
            question.flush()
            files = (question.fileno(), self._answer.fileno(), theirs.fileno())
            self._server = _standby.ask(files)
        self._is_open = True

    def answer(self, limit_seconds: float) -> list[Any]:
        """Return the rows that the child wrote.

        Raises:
            PassLost: it died or took too long.
        """
        if not self._is_open:
            raise PassLost("it was ended")
        self._line.settimeout(limit_seconds)
        try:
            said = self._line.recv(1)
        except TimeoutError:
            self.close()
            raise PassLost(f"no answer within {limit_seconds:.0f} seconds") from None
        if not said:
            raise PassLost("it ended without an answer")
        rows: list[Any] = json.loads(read_whole(self._answer.fileno()))
        return rows

    def close(self) -> None:
        """End the child, which watches the line."""
        if not self._is_open:
            return
        self._is_open = False
        self._line.close()
        self._answer.close()
        if self._server is not None:
            self._server.close()


def read_whole(file: int) -> bytes:
    """Return what is in *file* from its beginning, wherever it was read to."""
    return os.pread(file, os.fstat(file).st_size, 0)
