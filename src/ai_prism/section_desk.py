"""Where a worker asks a model about passages, one for each message, and finishes the reviews.

Nearly all of it is waiting for answers, so a worker does many at once, in threads.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from ai_prism import tracing
from ai_prism.core import playbook
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.errors import Cancelled
from ai_prism.core.examination import Examination, subject_of
from ai_prism.core.llm import Brief, Overview, Reviewer
from ai_prism.core.llm.telling import Asked, attempt, brief_of, overview_of, proven
from ai_prism.core.model import Review
from ai_prism.core.playbook import Playbook
from ai_prism.core.progress import Stage
from ai_prism.core.rules import digest
from ai_prism.core.subject import Subject
from ai_prism.redis_client import quick_client
from ai_prism.reviewers import model_reviewer, models_of
from ai_prism.reviewing import earlier_of, recorded, reviews_of, work_of
from ai_prism.settings import Settings
from ai_prism.storage.changes import Change
from ai_prism.storage.database import AWAY, Database
from ai_prism.storage.events import Events
from ai_prism.storage.model_gate import Limits, ModelGate
from ai_prism.storage.recorder import Recorder
from ai_prism.storage.section_tasks import (
    Kept,
    SectionClaim,
    SectionTasks,
    answered,
    keep_whole,
    kept,
    known_outcome,
)
from ai_prism.storage.work import Claim, LeaseLost

_log = logging.getLogger(__name__)

#: How soon a pause between two tries is given up when the review is cancelled.
_NOTICE_SECONDS: Final = 1.0


class SectionDesk:
    """What a worker process needs to ask about passages, made once and used by its threads."""

    def __init__(self, settings: Settings) -> None:
        """Open what *settings* name; connections are made when used."""
        self._settings = settings
        self._database = Database(settings.database)
        self._events = Events(settings)
        self._tasks = section_tasks_of(settings)
        self._work = work_of(settings)
        self._reviews = reviews_of(settings)
        self._models = models_of(settings)
        self._redis = quick_client(settings, decode_responses=True)
        self._limits = limits_of(settings)
        self._finishing = threading.BoundedSemaphore(settings.llm_slots)
        self._lock = threading.Lock()
        self._held: set[SectionClaim] = set()
        threading.Thread(target=self._renew, name="section leases", daemon=True).start()

    def work(self, mirror: Callable[[Change], None]) -> None:
        """Ask about the passage whose turn it is; finish the review if it was its last.

        Args:
            mirror: told of each change, to keep Celery's own state in step.
        """
        try:
            if claim := self._tasks.claim():
                with self._holding(claim), tracing.span("passage", claim.review_id):
                    self._read(claim, mirror)
            # Not only after the last passage: whoever brought it may have died since.
            if last := self._work.claim_last_step():
                self._finish_beside(last, mirror)
        except AWAY as error:
            # What waits is sent again, and what is held is taken back, by the sweep.
            _log.warning("no passage is read now: %s", error)

    def _read(self, claim: SectionClaim, mirror: Callable[[Change], None]) -> None:
        with self._database.reading() as connection:
            held = kept(connection, claim.review_id)
        brief = brief_of(_standard(held), held.document)
        reviewer = self._reviewer(claim.review_id, lambda: self._tasks.is_wanted(claim))
        try:
            asked = attempt(claim.passage, lambda: reviewer.read(claim.passage, brief))
        except Cancelled:
            return
        subject = Subject(held.document, held.sections)
        found = proven(asked, subject, reviewer.version).findings
        if change := self._tasks.done(claim, asked.outcome, found):
            self._events.publish(change)
            mirror(change)

    @contextmanager
    def _holding(self, claim: SectionClaim) -> Iterator[None]:
        """Keep *claim* while the block runs; what fails, for whatever reason, waits again."""
        with self._lock:
            self._held.add(claim)
        try:
            yield
        except BaseException:
            with suppress(*AWAY):  # else the sweep takes it back when the lease has run out
                if change := self._tasks.give_back(claim):
                    self._events.publish(change)
            raise
        finally:
            with self._lock:
                self._held.discard(claim)

    def _finish_beside(self, claim: Claim, mirror: Callable[[Change], None]) -> None:
        """Finish a review in a thread of its own, so that passages of others go on meanwhile.

        As many are finished beside passages as those are read at once; what is more takes the place
        of a passage. A worker that is told to end waits for them, as for those.
        """
        if not self._finishing.acquire(blocking=False):
            self._finish(claim, mirror)
            return

        def finish() -> None:
            try:
                self._finish(claim, mirror)
            finally:
                self._finishing.release()

        threading.Thread(target=finish, name="finishing").start()

    def _finish(self, claim: Claim, mirror: Callable[[Change], None]) -> None:
        _log.info("review %s has all its passages read", claim.review_id)
        recorder = Recorder(self._work, claim, (self._events.publish, mirror))
        try:
            recorded(claim.review_id, recorder, lambda: self._finish_recorded(claim, recorder))
        except LeaseLost:
            _log.warning("review %s went to another worker", claim.review_id)
        except AWAY as error:
            _log.warning("review %s is not finished now: %s", claim.review_id, error)

    def _finish_recorded(self, claim: Claim, recorder: Recorder) -> None:
        with recorder.writing(
            self._settings.lease_seconds / 3, self._settings.review_limit_seconds
        ):
            review = self._conclude(claim)
        recorder.finish(review)

    def _conclude(self, claim: Claim) -> Review:
        with self._database.reading() as connection:
            held = kept(connection, claim.review_id)
            known = answered(connection, claim.review_id, held.examined)
        standard, notes = _standard(held), held.examined.notes
        asked = known.asked
        # Where it is cancelled meanwhile, the recorder interrupts it.
        reviewer = self._reviewer(claim.review_id, lambda: True)
        if overview := overview_of(held.document, asked):
            brief = brief_of(standard, held.document)
            asked = (*asked, self._asked_of_whole(claim, reviewer, overview, brief))
        examination = Examination(
            subject=subject_of(
                held.document, held.sections, standard, claim.party, notes.started_at.date()
            ),
            standard=standard,
            findings=known.findings,
            notes=notes,
        )
        seconds = {**notes.seconds, Stage.REVIEWER.value: round(time.time() - held.examined.at, 4)}
        return DocumentAnalyzer(reviewer=reviewer).conclude(
            examination, asked, seconds=seconds, earlier=earlier_of(self._reviews, claim)
        )

    def _asked_of_whole(
        self, claim: Claim, reviewer: Reviewer, overview: Overview, brief: Brief
    ) -> Asked:
        """Return what the model says of the document as a whole, if it was not said before."""
        key = digest(claim.owner, reviewer.version, repr(overview), repr(brief))
        with self._database.reading() as connection:
            known = known_outcome(connection, key)
        if known:
            return Asked(passage=None, outcome=known, reused=True)
        asked = attempt(None, lambda: reviewer.conclude(overview, brief))
        with self._database.writing() as connection:
            keep_whole(connection, claim.review_id, key, asked)
        return asked

    def _reviewer(self, review_id: str, is_wanted: Callable[[], bool]) -> Reviewer:
        """Return a reviewer that gives up its pauses when nobody waits for it any more."""

        def sleep(seconds: float) -> None:
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                if not is_wanted():
                    raise Cancelled("The review was cancelled.")
                time.sleep(min(left, _NOTICE_SECONDS))

        gate = ModelGate(self._database, self._redis, self._limits, review_id, sleep)
        return model_reviewer(self._settings, self._models, gate, sleep)

    def _renew(self) -> None:
        """Hold what the threads of this process are at."""
        while True:
            time.sleep(self._settings.lease_seconds / 3)
            with self._lock:
                held = tuple(self._held)
            try:
                self._tasks.renew(held)
            except SQLAlchemyError as error:
                # The database may be back before the leases run out.
                _log.warning("the leases of passages are not renewed now: %s", error)


def _standard(held: Kept) -> Playbook:
    return playbook.own_or_built_in(held.examined.standard)


def section_tasks_of(settings: Settings) -> SectionTasks:
    """Return the passages in the database that *settings* name."""
    return SectionTasks(
        Database(settings.database),
        lease_seconds=settings.lease_seconds,
        attempts_limit=settings.attempts_limit,
    )


def limits_of(settings: Settings) -> Limits:
    """Return what may be sent to models."""
    return Limits(
        requests_per_minute=settings.llm_requests_per_minute,
        tokens_per_minute=settings.llm_tokens_per_minute,
        at_once=settings.llm_at_once,
        review_tokens=settings.llm_review_tokens,
        review_dollars=settings.llm_review_dollars,
        day_tokens=settings.llm_day_tokens,
        day_dollars=settings.llm_day_dollars,
    )
