"""Writes down what an analysis tells while it runs, and passes it on to whoever watches."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from typing import Final

import sqlalchemy as sa

from ai_prism.core.errors import Cancelled, PrismError, TimedOut
from ai_prism.core.interruption import interruptible
from ai_prism.core.model import Review
from ai_prism.core.progress import (
    DocumentRead,
    Event,
    FindingsFound,
    SectionsFound,
    Stage,
    StageReached,
)
from ai_prism.storage.changes import Change
from ai_prism.storage.database import AWAY
from ai_prism.storage.news import News
from ai_prism.storage.section_tasks import Examined, Planned
from ai_prism.storage.tables import Queue
from ai_prism.storage.work import Claim, LeaseLost, Work

_log = logging.getLogger(__name__)

#: At most five commits a second for one review: each is a disk sync and a message to watchers,
#: and people do not read faster.
_PAUSE_SECONDS: Final = 0.2
_STAGES: Final = tuple(Stage)
#: So long an analysis that is done waits for a database that is away; then it is done anew.
_OUTAGE_SECONDS: Final = 120.0


class Recorder:
    """The progress callback of a review that is claimed.

    A thread of its own does the writing: the analysis never waits for the disk, what was found is
    seen even while one step takes minutes, and the lease is renewed all the while.
    """

    def __init__(
        self, work: Work, claim: Claim, listeners: Sequence[Callable[[Change], None]]
    ) -> None:
        """Write to *work* under *claim* and tell each of *listeners* after each commit."""
        self._work = work
        self._claim = claim
        self._listeners = listeners
        reached = claim.reached
        self._news = News(stage=reached.stage, done=reached.done, total=reached.total)
        self._lock = threading.Lock()  # guards _news
        self._wake = threading.Event()
        self._done = threading.Event()
        self._deadline = math.inf
        self._ended_by: Exception | None = None

    def __call__(self, event: Event) -> None:
        """Take *event*; it is written soon.

        Raises:
            Cancelled: the review is to end.
            LeaseLost: another worker has it.
            TimedOut: it took too long.
        """
        if self._ended_by:
            raise self._ended_by
        with self._lock:
            if not _add(self._news, event):
                return
        self._wake.set()

    @contextmanager
    def writing(self, renew_seconds: float, limit_seconds: float) -> Iterator[None]:
        """Write what comes while the block runs, and renew the lease when nothing does.

        Raises, from whatever the block is at:
            Cancelled: the review is to end.
            LeaseLost: another worker has it.
            TimedOut: it takes longer than *limit_seconds*.
        """
        self._deadline = time.monotonic() + limit_seconds
        with interruptible() as interrupt:
            thread = threading.Thread(
                # In this context, so that what it logs is about this review.
                target=copy_context().run,
                args=(self._write_down, renew_seconds, interrupt),
                name="recorder",
                daemon=True,
            )
            thread.start()
            try:
                yield
            finally:
                self._done.set()
                self._wake.set()
                thread.join()

    def finish(self, review: Review) -> None:
        """End as a success; called after `writing`.

        Raises:
            LeaseLost: another worker has the review.
            Cancelled: it was cancelled a moment before.
        """
        self._tell(self._end(lambda: self._work.finish(self._claim, review)))

    def hand_on(self, queue: Queue) -> None:
        """Let the review wait in another *queue*; called after `writing`.

        Raises:
            LeaseLost: another worker has the review.
            Cancelled: it was cancelled a moment before.
        """
        self._tell(self._end(lambda: self._work.hand_on(self._claim, queue, self._news)))

    def hand_out(self, news: News, examined: Examined, planned: Sequence[Planned]) -> None:
        """Let the *planned* passages be read by whoever is free; called after `writing`.

        Raises:
            LeaseLost: another worker has the review.
            Cancelled: it was cancelled a moment before.
        """
        self._tell(self._end(lambda: self._work.hand_out(self._claim, news, examined, planned)))

    def fail(self, error: PrismError) -> None:
        """End as a failure, or as cancelled, keeping what was found; called after `writing`.

        Raises:
            LeaseLost: another worker has the review.
        """
        self._tell(self._end(lambda: self._work.fail(self._claim, error, self._news)))

    def _end(self, write: Callable[[], Change]) -> Change:
        """Return the last change, written when the database is back if it is away.

        What was worked out is not thrown away for an outage of a minute. Another worker may take
        the review meanwhile; then the fence says so.
        """
        deadline = time.monotonic() + _OUTAGE_SECONDS
        while True:
            try:
                return write()
            except AWAY as error:
                if time.monotonic() > deadline:
                    raise
                _log.warning("review %s not ended now: %s", self._claim.review_id, error)
            time.sleep(_PAUSE_SECONDS)

    def _write_down(self, renew_seconds: float, interrupt: Callable[[Exception], None]) -> None:
        while not self._done.is_set():
            has_news = self._wake.wait(renew_seconds)
            if self._done.is_set():
                return
            if time.monotonic() > self._deadline and not self._ended_by:
                # Not Celery's soft limit: that is an exception which a failing check catches.
                self._ended_by = TimedOut("The review took longer than this service allows.")
                interrupt(self._ended_by)
            self._wake.clear()
            try:
                self._write() if has_news else self._work.renew(self._claim)
            except (Cancelled, LeaseLost) as end:
                self._ended_by = end  # raised from the next event, if that comes first
                interrupt(end)
                return
            except sa.exc.SQLAlchemyError as error:
                # The database may be back before the lease runs out.
                _log.warning("review %s not written now: %s", self._claim.review_id, error)
                self._wake.set()
            self._done.wait(_PAUSE_SECONDS)

    def _write(self) -> None:
        with self._lock:
            news, self._news = self._news, News.after(self._news)
        try:
            self._tell(self._work.record(self._claim, news))
        except sa.exc.SQLAlchemyError:
            with self._lock:
                self._news = news.and_then(self._news)
            raise

    def _tell(self, change: Change) -> None:
        for listener in self._listeners:
            listener(change)


def _add(news: News, event: Event) -> bool:
    """Add *event* to *news*; False when it says nothing new."""
    match event:
        case StageReached(stage=stage, done=done, total=total):
            if not _is_further(event, news):
                return False
            news.stage, news.done, news.total = stage, done, total
        case DocumentRead(document=document):
            news.document = document
        case SectionsFound(sections=sections):
            news.sections = sections
        case FindingsFound(findings=findings):
            news.findings += findings
    return True


def _is_further(event: StageReached, news: News) -> bool:
    """Whether *event* tells of more than *news*: pages that are read again are no progress."""
    if event.stage is not news.stage:
        return _STAGES.index(event.stage) > _STAGES.index(news.stage)
    return event.done > news.done or event.total != news.total
