"""The gate of a process that asks alone: a model that keeps failing is left in peace."""

import threading
import time
from collections.abc import Callable
from typing import Final

import msgspec

from ai_prism.core.llm.asking import ModelClosed
from ai_prism.core.model import Sent

#: So many failures in a row are no accident.
FAILURES_TO_CLOSE: Final = 5
#: Then one question in so many seconds looks whether it is well again.
CLOSED_SECONDS: Final = 30.0


class _Record(msgspec.Struct):
    failures: int = 0
    closed_until: float = 0.0


class LocalGate:
    """Lets everything through but what is for a model that has failed again and again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with all models open."""
        self._clock = clock
        self._lock = threading.Lock()
        self._records: dict[str, _Record] = {}

    def enter(self, model: str, tokens: int, patience: float) -> None:
        """Let a question to *model* through.

        Raises:
            ModelClosed: the model has failed too often a moment ago.
        """
        with self._lock:
            record = self._records.setdefault(model, _Record())
            now = self._clock()
            if now < record.closed_until:
                raise ModelClosed("it has failed too often just now")
            if record.failures >= FAILURES_TO_CLOSE:
                record.closed_until = now + CLOSED_SECONDS  # this one looks; the others wait

    def leave(self, model: str, sent: Sent, *, failed: bool) -> None:
        """Take that a question to *model* is over."""
        with self._lock:
            record = self._records.setdefault(model, _Record())
            if not failed:
                record.failures, record.closed_until = 0, 0.0
                return
            record.failures += 1
            if record.failures >= FAILURES_TO_CLOSE:
                record.closed_until = self._clock() + CLOSED_SECONDS
