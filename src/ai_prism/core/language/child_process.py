"""The child process that looks at the language of documents, seen from outside.

It sees one document at a time. When it dies, the pass over that document is lost and the next one
gets a new child. After a number of documents, or when its memory has grown, it ends by itself.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, Final

import msgspec

from ai_prism.core.language.passages import Passage, sheets_of

#: What a child says when its answer is written: whether it takes another question.
MORE: Final = b"+"
LAST: Final = b"-"
#: Starting takes a second or two; then harper reads some 2,500 words a second, less when others
#: want the processor too.
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
        self._child = _spares.take()
        self._child.ask([sheet.text for sheet in self._sheets])
        self._finalizer = weakref.finalize(self, self._child.close)

    def lints(self) -> tuple[Lint, ...]:
        """Return what harper remarks, once it is done.

        Raises:
            PassLost: it died or took too long.
        """
        if self._result is None:
            self._result = tuple(self._wait())
        return self._result

    def close(self) -> None:
        """Part with the child, which is ended unless it is done and can take another document."""
        if self._finalizer.detach():
            _spares.give_back(self._child)

    def _wait(self) -> list[Lint]:
        rows = self._child.answer(self._limit_seconds)
        return [
            Lint(rule, place[0], place[1], message, tuple(suggestions))
            for number, rule, start, end, message, suggestions in rows
            if (place := self._sheets[number].place(start, end))
        ]


def keep_spare(documents: int = 1) -> None:
    """Have a child ready for the next document from now on, in this process.

    Each looks at so many *documents*, one after the other, before another takes its place.
    """
    _spares.keep(documents)


@contextmanager
def kept_spare(documents: int) -> Iterator[None]:
    """Have a child ready for the next document while the block runs; see `keep_spare`."""
    _spares.keep(documents)
    try:
        yield
    finally:
        _spares.drop()


class _Child:
    """A process that has loaded harper, answers questions and ends."""

    def __init__(self, questions: int) -> None:
        # Files and not pipes, so that neither side ever waits for the other; the pipes only say
        # when the question and the answer are written, and by their ends that nobody is there.
        self._question: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  outlives this call
        self._answer: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  outlives this call
        waits, self._go = os.pipe()
        self._done, says = os.pipe()
        module = "ai_prism.core.language.linting"
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, str(waits), str(says), str(questions)],
            stdin=self._question,
            stdout=self._answer,
            stderr=subprocess.DEVNULL,
            pass_fds=(waits, says),
        )
        os.close(waits)
        os.close(says)
        self._is_open = True
        #: Whether it can be asked: it waits, and has not said that it ends.
        self.is_free = True

    @property
    def is_alive(self) -> bool:
        return self._is_open and self.process.poll() is None

    def ask(self, texts: list[str]) -> None:
        self.is_free = False
        for file in (self._question, self._answer):
            os.ftruncate(file.fileno(), 0)
        # At a place of their own: both sides share the place that plain reads and writes move.
        os.pwrite(self._question.fileno(), json.dumps(texts).encode(), 0)
        with suppress(BrokenPipeError):  # it has died: `answer` will say so
            os.write(self._go, b"!")

    def answer(self, limit_seconds: float) -> list[Any]:
        """Return the rows that the child wrote.

        Raises:
            PassLost: it died or took too long.
        """
        if not self._is_open:
            raise PassLost("the child was ended")
        waiting = select.poll()
        waiting.register(self._done, select.POLLIN)
        if not waiting.poll(limit_seconds * 1000):
            self.close()
            raise PassLost(f"no answer within {limit_seconds:.0f} seconds")
        said = os.read(self._done, 1)
        if not said:
            raise PassLost(f"ended with status {self.process.wait()}")
        rows: list[Any] = json.loads(read_whole(self._answer.fileno()))
        self.is_free = said == MORE
        return rows

    def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = self.is_free = False
        self.process.kill()
        self.process.wait()
        os.close(self._go)
        os.close(self._done)
        self._question.close()
        self._answer.close()


class _Spares:
    """Loading harper takes longer than reading a document with it: a worker loads it ahead."""

    def __init__(self) -> None:
        self._documents = 0  #: that each child looks at; 0: none is kept
        self._spare: _Child | None = None

    def keep(self, documents: int) -> None:
        self._documents = documents
        self._refill()

    def drop(self) -> None:
        self._documents = 0
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.close()

    def take(self) -> _Child:
        spare, self._spare = self._spare, None
        if spare is not None and not spare.is_alive:
            spare.close()
            spare = None
        return spare or _Child(max(1, self._documents))

    def give_back(self, child: _Child) -> None:
        if self._documents and self._spare is None and child.is_free and child.is_alive:
            self._spare = child
        else:
            child.close()
        self._refill()

    def _refill(self) -> None:
        if self._documents and self._spare is None:
            self._spare = _Child(self._documents)


_spares: Final = _Spares()


def read_whole(file: int) -> bytes:
    """Return what is in *file* from its beginning, wherever it was read to."""
    return os.pread(file, os.fstat(file).st_size, 0)
