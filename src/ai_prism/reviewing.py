"""One review in a worker: claim it, analyse it, write it down, tell whoever watches."""

import logging
import time
import traceback
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from ai_prism import logs, tracing
from ai_prism.core import playbook
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.errors import AnalysisFailed, PrismError
from ai_prism.core.examination import Examination
from ai_prism.core.llm.passages import passages
from ai_prism.core.llm.telling import brief_of, content_key
from ai_prism.core.model import Review
from ai_prism.core.progress import Stage
from ai_prism.core.readers.isolation import IsolatedReader
from ai_prism.core.readers.recognition import ScansFound
from ai_prism.reviewers import load_reviewer
from ai_prism.settings import Settings
from ai_prism.storage.changes import Change
from ai_prism.storage.database import AWAY, Database
from ai_prism.storage.events import Events
from ai_prism.storage.files import StorageFull, StoreAway, open_files
from ai_prism.storage.news import News
from ai_prism.storage.queue import OF_REVIEWS
from ai_prism.storage.recorder import Recorder
from ai_prism.storage.reviews import Reviews, UnknownReview
from ai_prism.storage.section_tasks import Examined, Planned
from ai_prism.storage.tables import Queue, State
from ai_prism.storage.work import Claim, LeaseLost, Work

_log = logging.getLogger(__name__)

#: Renewing the lease is also how a worker notices that its review was cancelled.
_NOTICE_SECONDS: Final = 1.0

#: A document that keeps its reader busy ends with that reason, before the review's own limit.
_SHARE_OF_READING: Final = 0.8


class Onward(NamedTuple):
    """A review that was handed on."""

    review_id: str
    queue: Queue
    messages: int = 1  #: as many as there is to do in that queue


_T = TypeVar("_T")


class Workshop:
    """What a worker process needs to review documents, made once and used for each."""

    def __init__(self, settings: Settings) -> None:
        """Open what *settings* name; connections are made when used."""
        self._renew_seconds = min(settings.lease_seconds / 3, _NOTICE_SECONDS)
        self._limit_seconds = settings.review_limit_seconds
        self._readers = {
            queue: IsolatedReader(
                memory_bytes=settings.reading_memory_bytes,
                seconds=settings.review_limit_seconds * _SHARE_OF_READING,
                leave_scans=queue is not Queue.OCR,
            )
            for queue in OF_REVIEWS
        }
        self._readers[Queue.DOCUMENTS].warm_up()
        self._reviewer = load_reviewer(settings)
        # A reviewer of one's own may compute as well as wait: it stays in the document's own task.
        self._asks_apart = bool(settings.llm_models)
        self._events = Events(settings)
        self._files = open_files(settings)
        self._reviews = Reviews(Database(settings.database), self._files)
        self._work = work_of(settings)

    def review(
        self, review_id: str, queue: Queue, mirror: Callable[[Change], None]
    ) -> Onward | None:
        """Review the document of *queue* whose turn it is, or that of *review_id* if none waits.

        A message says that somebody waits; the database says who is next. There are as many
        messages as reviews that wait, so each is made, in an order that is fair to all owners.

        Args:
            review_id: whose message came.
            queue: where it came from.
            mirror: told of each change, to keep Celery's own state in step.

        Returns:
            What is to be sent, because it waits in another queue now; None: nothing.
        """
        try:
            claim = self._claim(review_id, queue)
        except AWAY as error:
            # What was sent and has not begun is sent again by `requeue_stranded`.
            _log.warning("review %s cannot be taken now: %s", review_id, error)
            return None
        if claim is None:
            _log.info("review %s is not to be had: done, cancelled or taken", review_id)
            return None
        facts = {"queue": queue.value, "attempt": claim.attempt}
        with logs.about(claim.review_id), tracing.span("review", claim.review_id, **facts):
            _log.info("review %s begins, attempt %d", claim.review_id, claim.attempt)
            return self._carry_out(claim, queue, mirror)

    def _claim(self, review_id: str, queue: Queue) -> Claim | None:
        # Another worker may be quicker; then it is somebody else's turn.
        while (next_id := self._work.whose_turn(queue)) is not None:
            if claim := self._work.claim(next_id, queue):
                return claim
        return self._work.claim(review_id, queue)

    def _carry_out(
        self, claim: Claim, queue: Queue, mirror: Callable[[Change], None]
    ) -> Onward | None:
        recorder = Recorder(self._work, claim, (self._events.publish, mirror))
        try:
            return recorded(
                claim.review_id, recorder, lambda: self._finish_or_hand_on(claim, recorder, queue)
            )
        except LeaseLost:
            _log.warning("review %s went to another worker", claim.review_id)
        except AWAY as error:
            # Not the document's fault: the review is taken up again when the lease runs out.
            _log.warning("review %s is given up for now: %s", claim.review_id, error)
        return None

    def _finish_or_hand_on(self, claim: Claim, recorder: Recorder, queue: Queue) -> Onward | None:
        read = self._readers[queue]
        standard = playbook.own_or_built_in(claim.playbook) if claim.playbook else None
        analyzer = DocumentAnalyzer(standard, self._reviewer, read=read, party=claim.party)
        try:
            with (
                recorder.writing(self._renew_seconds, self._limit_seconds),
                self._files.at_hand(claim.sha256, claim.review_id) as path,
                tracing.by_stage(claim.review_id, recorder) as told,
            ):
                if self._asks_apart:
                    examination = analyzer.examine(path, told, name=claim.name)
                else:
                    earlier = earlier_of(self._reviews, claim)
                    review = analyzer.analyze(path, told, name=claim.name, earlier=earlier)
        except ScansFound:
            _log.info("review %s has pages to recognise", claim.review_id)
            recorder.hand_on(Queue.OCR)
            return Onward(claim.review_id, Queue.OCR)
        except (StoreAway, StorageFull) as error:
            # Not the document's fault: it waits in line again, and the attempt does not count.
            _log.warning("review %s is put back: %s", claim.review_id, error)
            recorder.hand_on(queue)
            return None
        if self._asks_apart:
            return self._hand_out(claim, recorder, examination)
        recorder.finish(review)
        _log.info("review %s ends: %s", claim.review_id, State.SUCCESS)
        return None

    def _hand_out(self, claim: Claim, recorder: Recorder, examination: Examination) -> Onward:
        """Let the passages be read by workers that wait for models; the last finishes."""
        subject, standard = examination.subject, examination.standard
        brief = brief_of(standard, subject.document)
        planned = [
            Planned(part, content_key(claim.owner, self._reviewer.version, part, brief))
            for part in passages(subject)
        ]
        news = News(
            stage=Stage.REVIEWER,
            document=subject.document,
            sections=subject.sections,
            findings=examination.findings,
        )
        examined = Examined(
            notes=examination.notes,
            finding_ids=tuple(finding.id for finding in examination.findings),
            standard=claim.playbook or standard.name,
            at=time.time(),
        )
        recorder.hand_out(news, examined, planned)
        # One at least: where all is known already, somebody has to finish.
        return Onward(claim.review_id, Queue.SECTIONS, messages=max(1, len(planned)))


def recorded(review_id: str, recorder: Recorder, deed: Callable[[], _T]) -> _T | None:
    """Return what *deed* comes to; a review that it cannot bring to its end has failed."""
    try:
        return deed()
    except PrismError as error:
        _log.info("review %s ends: %s", review_id, error.code)
        tracing.failed(error.code)
        recorder.fail(error)
    except (LeaseLost, SQLAlchemyError):
        raise
    except Exception as error:
        # Places only: the words of an exception can quote the document.
        places = "".join(traceback.format_tb(error.__traceback__))
        _log.error("review %s: %s\n%s", review_id, type(error).__name__, places)
        tracing.failed(AnalysisFailed.code)
        recorder.fail(AnalysisFailed("The analysis came upon a fault of its own."))
    return None


def earlier_of(reviews: Reviews, claim: Claim) -> Review | None:
    """Return the review of the draft before; None where there is none, or none any more."""
    if claim.previous is None:
        return None
    try:
        return reviews.find(claim.previous, claim.owner).review
    except UnknownReview:
        _log.info("review %s: the earlier draft was deleted", claim.review_id)
        return None


def reviews_of(settings: Settings) -> Reviews:
    """Return the reviews, as people see them, of the database that *settings* name."""
    return Reviews(Database(settings.database), open_files(settings))


def work_of(settings: Settings) -> Work:
    """Return the reviews, as workers see them, of the database that *settings* name."""
    return Work(
        Database(settings.database),
        lease_seconds=settings.lease_seconds,
        attempts_limit=settings.attempts_limit,
    )
