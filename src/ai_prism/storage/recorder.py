"""Writes down what an analysis tells while it runs, and passes it on to whoever watches."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from ai_prism.core.errors import Cancelled, PrismError
from ai_prism.core.model import Review
from ai_prism.core.progress import (
    DocumentRead,
    Event,
    FindingsFound,
    SectionsFound,
    StageReached,
)
from ai_prism.storage.changes import Change
from ai_prism.storage.work import Claim, LeaseLost, News, Work

_log = logging.getLogger(__name__)

#: At most five commits a second for one review: each is a disk sync and a message to watchers,
#: and people do not read faster.
_PAUSE_SECONDS: Final = 0.2


class Recorder:
    """The progress callback of a review that is claimed."""

    def __init__(
        self, work: Work, claim: Claim, listeners: Sequence[Callable[[Change], None]]
    ) -> None:
        """Write to *work* under *claim* and tell each of *listeners* after each commit."""
        self._work = work
        self._claim = claim
        self._listeners = listeners
        self._news = News()
        self._due_at = 0.0
        self._ended_by: Exception | None = None

    def __call__(self, event: Event) -> None:
        """Take *event*, and write what has gathered when it is time.

        Raises:
            Cancelled: the review is to end.
            LeaseLost: another worker has it.
        """
        if self._ended_by:
            raise self._ended_by
        self._take(event)
        if time.monotonic() >= self._due_at:
            self._write()

    def finish(self, review: Review) -> None:
        """End as a success.

        Raises:
            LeaseLost: another worker has the review.
        """
        self._tell(self._work.finish(self._claim, review))

    def fail(self, error: PrismError) -> None:
        """End as a failure, or as cancelled, keeping what was found.

        Raises:
            LeaseLost: another worker has the review.
        """
        self._tell(self._work.fail(self._claim, error, self._news))

    @contextmanager
    def heartbeat(self, every_seconds: float) -> Iterator[None]:
        """Renew the lease while the block runs, however long one step of it takes."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(every_seconds):
                try:
                    self._work.renew(self._claim)
                except (Cancelled, LeaseLost) as end:
                    # Raised from the next event, in the thread of the analysis.
                    self._ended_by = end
                    return
                except sa.exc.SQLAlchemyError as error:
                    # The database may be back before the lease runs out.
                    _log.warning("Lease of %s not renewed: %s", self._claim.review_id, error)

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _take(self, event: Event) -> None:
        news = self._news
        match event:
            case StageReached(stage=stage, done=done, total=total):
                news.stage, news.done, news.total = stage.value, done, total
            case DocumentRead(document=document):
                news.document = document
            case SectionsFound(sections=sections):
                news.sections = sections
            case FindingsFound(findings=findings):
                news.findings += findings

    def _write(self) -> None:
        news = self._news
        self._news = News(stage=news.stage, done=news.done, total=news.total)
        self._tell(self._work.record(self._claim, news))
        self._due_at = time.monotonic() + _PAUSE_SECONDS

    def _tell(self, change: Change) -> None:
        for listener in self._listeners:
            listener(change)
