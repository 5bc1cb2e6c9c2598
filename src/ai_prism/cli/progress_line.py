"""One line on the terminal that says how far a review is; silent where nobody watches."""

import sys
import time
from typing import Final, Self

import click

from ai_prism.core.progress import Event, FindingsFound, StageReached

#: A terminal shows no more changes than this, and drawing costs more than many a check.
_SECONDS_BETWEEN: Final = 0.05
_WIDTH: Final = 78
#: To the start of the line, and clear what stood there.
_AFRESH: Final = "\r\x1b[K"


class ProgressLine:
    """Draws the events of one review on stderr, and wipes the line at the end."""

    def __init__(self, name: str) -> None:
        """Speak of the document called *name*."""
        self._name = "".join(letter if letter.isprintable() else "?" for letter in name)
        self._is_watched = sys.stderr.isatty()
        self._findings = 0
        self._drawn_at = float("-inf")

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the line as if nothing had been there."""
        if self._is_watched:
            click.echo(_AFRESH, err=True, nl=False)

    def __call__(self, event: Event) -> None:
        """Draw *event*, unless nobody watches or the last one was drawn a moment ago."""
        if isinstance(event, FindingsFound):
            self._findings += len(event.findings)
        elif isinstance(event, StageReached) and self._is_watched and self._is_time():
            found = f", {self._findings} found" if self._findings else ""
            self.draw(f": {event.stage.value} {event.done} of {event.total}{found}")

    def draw(self, words: str = "") -> None:
        """Draw the name with *words* after it, if anybody watches."""
        if self._is_watched:
            click.echo(f"{_AFRESH}{(self._name + words)[:_WIDTH]}", err=True, nl=False)

    def _is_time(self) -> bool:
        now = time.monotonic()
        if now - self._drawn_at < _SECONDS_BETWEEN:
            return False
        self._drawn_at = now
        return True
