"""The child process that looks at the language of one document, seen from outside."""

import json
import os
import subprocess
import sys
import tempfile
import weakref
from contextlib import suppress
from typing import IO, Any, Final

import msgspec

from ai_prism.core.language.passages import Passage, sheets_of

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
        weakref.finalize(self, self._child.close)

    def lints(self) -> tuple[Lint, ...]:
        """Return what harper remarks, once it is done.

        Raises:
            PassLost: it died or took too long.
        """
        if self._result is None:
            self._result = tuple(self._wait())
        return self._result

    def close(self) -> None:
        """End the child, whether it is done or not."""
        self._child.close()
        _spares.refill()

    def _wait(self) -> list[Lint]:
        rows = self._child.answer(self._limit_seconds)
        return [
            Lint(rule, place[0], place[1], message, tuple(suggestions))
            for number, rule, start, end, message, suggestions in rows
            if (place := self._sheets[number].place(start, end))
        ]


def keep_spare() -> None:
    """Have a child ready for the next document from now on, in this process."""
    _spares.is_kept = True
    _spares.refill()


class _Child:
    """A process that has loaded harper, answers one question and ends."""

    def __init__(self) -> None:
        # Files and not pipes, so that neither side ever waits for the other; the pipe only says
        # when the question is written, and by its end that nobody will ask any more.
        self._question: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  outlives this call
        self._answer: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  outlives this call
        waits, self._go = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ai_prism.core.language.linting", str(waits)],
            stdin=self._question,
            stdout=self._answer,
            stderr=subprocess.DEVNULL,
            pass_fds=(waits,),
        )
        os.close(waits)
        self._is_open = True

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, texts: list[str]) -> None:
        self._question.write(json.dumps(texts).encode())
        self._question.seek(0)  # the child shares this place in the file
        with suppress(BrokenPipeError):  # it has died: `answer` will say so
            os.write(self._go, b"!")

    def answer(self, limit_seconds: float) -> list[Any]:
        """Return the rows that the child wrote.

        Raises:
            PassLost: it died or took too long.
        """
        try:
            status = self.process.wait(limit_seconds)
        except subprocess.TimeoutExpired:
            self.close()
            raise PassLost(f"no answer within {limit_seconds:.0f} seconds") from None
        if status != 0:
            raise PassLost(f"ended with status {status}")
        self._answer.seek(0)
        rows: list[Any] = json.loads(self._answer.read())
        return rows

    def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        self.process.kill()
        self.process.wait()
        os.close(self._go)
        self._question.close()
        self._answer.close()


class _Spares:
    """Loading harper takes longer than reading a document with it: a worker loads it ahead."""

    def __init__(self) -> None:
        self.is_kept = False
        self._spare: _Child | None = None

    def take(self) -> _Child:
        spare, self._spare = self._spare, None
        if spare is not None and not spare.is_alive:
            spare.close()
            spare = None
        return spare or _Child()

    def refill(self) -> None:
        if self.is_kept and self._spare is None:
            self._spare = _Child()


_spares: Final = _Spares()
