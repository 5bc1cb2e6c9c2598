"""One line on the terminal that says how far reviews are; silent where nobody watches."""

import sys
import time
from collections.abc import Sequence
from typing import Final, Self

import click

from ai_prism.core.progress import Event, FindingsFound, StageReached

#: A terminal shows no more changes than this, and drawing costs more than many a check.
_SECONDS_BETWEEN: Final = 0.05
_WIDTH: Final = 78
#: To the start of the line, and clear what stood there.
_AFRESH: Final = "\r\x1b[K"


class _Line:
    """A line on stderr that is drawn over and over, and wiped at the end."""

    def __init__(self) -> None:
        self.is_watched = sys.stderr.isatty()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the line as if nothing had been there."""
        if self.is_watched:
            click.echo(_AFRESH, err=True, nl=False)

    def show(self, words: str) -> None:
        """Have *words* stand there, as far as there is room, if anybody watches."""
        if self.is_watched:
            plain = "".join(letter if letter.isprintable() else "?" for letter in words)
            click.echo(f"{_AFRESH}{plain[:_WIDTH]}", err=True, nl=False)


class ProgressLine(_Line):
    """Draws the events of one review."""

    def __init__(self, name: str) -> None:
        """Speak of the document called *name*."""
        super().__init__()
        self._name = name
        self._findings = 0
        self._drawn_at = float("-inf")

    def __call__(self, event: Event) -> None:
        """Draw *event*, unless nobody watches or the last one was drawn a moment ago."""
        if isinstance(event, FindingsFound):
            self._findings += len(event.findings)
        elif isinstance(event, StageReached) and self.is_watched and self._is_time():
            found = f", {self._findings} found" if self._findings else ""
            self.show(f"{self._name}: {event.stage.value} {event.done} of {event.total}{found}")

    def _is_time(self) -> bool:
        now = time.monotonic()
        if now - self._drawn_at < _SECONDS_BETWEEN:
            return False
        self._drawn_at = now
        return True


class BatchLine(_Line):
    """Draws how far a batch is: how many are done, what is running, how long the rest may take."""

    def __init__(self, total: int) -> None:
        """Speak of *total* documents, which begin now."""
        super().__init__()
        self.done = 0
        self._total = total
        self._begun_at = time.monotonic()

    def draw(self, running: Sequence[str]) -> None:
        """Draw the line; *running* are the names of the documents that are under way."""
        seconds = time.monotonic() - self._begun_at
        words = f"{self.done} of {self._total} documents"
        if self.done:
            words += f", about {_spoken(seconds / self.done * (self._total - self.done))} left"
        self.show(f"{words}: {', '.join(running)}" if running else words)


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
