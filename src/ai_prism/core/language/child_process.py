"""The child process that looks at the language of one document, seen from outside."""

import json
import subprocess
import sys
import tempfile
import weakref
from typing import IO, Final

import msgspec

from ai_prism.core.language.passages import Passage

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
        """Start the child; it reads *passages* and ends."""
        self._passages = passages
        words = sum(passage.text.count(" ") + 1 for passage in passages)
        self._limit_seconds = _SECONDS_TO_START + words / _WORDS_PER_SECOND
        self._result: tuple[Lint, ...] | None = None
        self._answer: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  outlives this call
        # Files and not pipes, so that neither side ever waits for the other.
        with tempfile.TemporaryFile() as question:
            question.write(json.dumps([passage.text for passage in passages]).encode())
            question.seek(0)
            self._child = subprocess.Popen(
                [sys.executable, "-m", "ai_prism.core.language.linting"],
                stdin=question,
                stdout=self._answer,
                stderr=subprocess.DEVNULL,
            )
        weakref.finalize(self, _end, self._child, self._answer)

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
        _end(self._child, self._answer)

    def _wait(self) -> list[Lint]:
        try:
            status = self._child.wait(self._limit_seconds)
        except subprocess.TimeoutExpired:
            self.close()
            raise PassLost(f"no answer within {self._limit_seconds:.0f} seconds") from None
        if status != 0:
            raise PassLost(f"ended with status {status}")
        self._answer.seek(0)
        rows = json.loads(self._answer.read())
        return [
            Lint(rule, passage.start + start, passage.start + end, message, tuple(suggestions))
            for number, rule, start, end, message, suggestions in rows
            for passage in (self._passages[number],)
            if not passage.is_masked(start, end)
        ]


def _end(child: subprocess.Popen[bytes], answer: IO[bytes]) -> None:
    child.kill()
    child.wait()
    answer.close()
