"""The Celery tasks: ids in, a few lines each; what they do is in `reviewing` and `storage`."""

import logging
import multiprocessing
import multiprocessing.process
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import redis
from celery.concurrency.thread import TaskPool as ThreadPool
from celery.exceptions import TaskRevokedError
from celery.signals import worker_before_create_process, worker_process_init, worker_ready
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from ai_prism import logs, tracing
from ai_prism.celery_app import app
from ai_prism.core import language
from ai_prism.core.errors import PrismError, StorageUnavailable
from ai_prism.core.processes import share_memory
from ai_prism.courier import Courier
from ai_prism.question_desk import QuestionDesk, questions_of
from ai_prism.reviewing import Workshop
from ai_prism.rounds import Rounds
from ai_prism.section_desk import SectionDesk, section_tasks_of
from ai_prism.settings import Settings
from ai_prism.storage.changes import Change
from ai_prism.storage.database import Database
from ai_prism.storage.events import Events
from ai_prism.storage.files import open_files
from ai_prism.storage.leases import Leases
from ai_prism.storage.listening import Listening
from ai_prism.storage.queue import OF_REVIEWS, Stranded
from ai_prism.storage.retention import Retention
from ai_prism.storage.tables import Queue, State
from ai_prism.storage.webhooks import Webhooks
from ai_prism.waking import wake_when_free

_log = logging.getLogger(__name__)

#: The standard library's idea of this process, kept from before the pool forks. Celery's pool
#: (billiard 4.3) puts its own in the place, as a daemon that may have no children; ours read the
#: documents. There is no setting for it: https://github.com/celery/celery/issues/1709
_STANDARD_PROCESS: Final = multiprocessing.current_process()

#: What is raised while the broker, Redis or the database is away.
_AWAY: Final = (SQLAlchemyError, OperationalError, redis.RedisError, OSError)

_making: Final = threading.Lock()

#: How often a worker looks for reviews that fell out of the line.
_SWEEP_SECONDS: Final = 1.0
#: How often it says that it works; well within the time that its word holds.
_LISTENING_SECONDS: Final = 3.0
#: How often it looks for what has been kept long enough; also how long SQLite's log may hold what
#: was deleted while somebody was reading.
_EXPIRY_SECONDS: Final = 60.0
#: How often it looks for what somebody deleted and can bring back no more.
_DISCARDED_SECONDS: Final = 5.0


@app.task(name="ai_prism.analyze_document_task")
def analyze_document_task(review_id: str) -> None:
    """Review the document whose turn it is; *review_id*, also this task's id, is one that waits.

    If it has pages to recognise, it is handed on to `recognise_document_task`.
    """
    _review(review_id, Queue.DOCUMENTS)


@app.task(name="ai_prism.recognise_document_task")
def recognise_document_task(review_id: str) -> None:
    """The same for documents with pages that are pictures, which it recognises."""
    _review(review_id, Queue.OCR)


@app.task(name="ai_prism.analyze_section_task")
def analyze_section_task(review_id: str) -> None:
    """Ask a model about the passage whose turn it is; *review_id* is a review that has some.

    Unless somebody waits for the answer to a question: that comes first. So each message is for
    one thing, whichever, and a long document does not keep those waiting who ask about another.
    """
    if not _question_desk().work():
        _desk().work(_mirror)


@app.task(name="ai_prism.tell_webhook_task")
def tell_webhook_task() -> None:
    """Tell the one whose turn it is that a review has ended."""
    _courier().deliver()


_TASKS: Final = {Queue.DOCUMENTS: analyze_document_task, Queue.OCR: recognise_document_task}


def _review(review_id: str, queue: Queue) -> None:
    onward = _workshop().review(review_id, queue, _mirror)
    if onward is None:
        return
    try:
        if onward.queue is Queue.SECTIONS:
            send_sections(onward.review_id, onward.messages)
        else:
            send(onward.review_id, onward.queue, _stranded())
    except _AWAY as error:
        _log.warning("review %s not sent now, requeue_stranded will: %s", onward.review_id, error)


def send(review_id: str, queue: Queue, stranded: Stranded) -> None:
    """Hand *review_id* to the broker for *queue*, and note in *stranded* that it has it.

    Raises:
        kombu.exceptions.OperationalError: the broker does not answer.
    """
    with tracing.span("send", review_id, queue=queue.value):
        _TASKS[queue].apply_async(args=(review_id,), task_id=review_id, queue=queue.value)
    stranded.sent(review_id)
    with logs.about(review_id):
        _log.info("review %s is sent to %s", review_id, queue)


def send_sections(review_id: str, messages: int) -> None:
    """Tell the workers that ask models that there is something to do for so many of them.

    Raises:
        kombu.exceptions.OperationalError: the broker does not answer.
    """
    for _ in range(messages):
        analyze_section_task.apply_async(args=(review_id,), queue=Queue.SECTIONS.value)


class Sweep:
    """Sends again what nobody would take otherwise; one process at a time does it."""

    def __init__(self, settings: Settings) -> None:
        """Look in the database that *settings* name."""
        database = Database(settings.database)
        self._stranded = Stranded(database, settings.attempts_limit, settings.lease_seconds)
        self._sections = section_tasks_of(settings)
        self._leases = Leases(database)
        self._questions = questions_of(settings)
        self._webhooks = Webhooks(database) if settings.webhook_targets else None
        self._listening = Listening(database)
        self._events = Events(settings)

    def listen(self) -> None:
        """Say which queues this worker works on."""
        self._listening.say(_queues())

    def requeue_stranded(self) -> None:
        """Take back reviews whose worker is silent, then send those the broker has lost."""
        if not self._leases.take("requeue_stranded", seconds=5 * _SWEEP_SECONDS):
            return
        for change in self._stranded.take_back():
            _log.warning("review %s: its worker went silent, now %s", change.task_id, change.state)
            self._events.publish(change)
        for queue in OF_REVIEWS:
            for review_id in self._stranded.unsent(_queue_length(queue), queue):
                send(review_id, queue, self._stranded)

    def resend_sections(self) -> None:
        """The same for passages and questions: what nobody holds, or was lost on its way."""
        if not self._leases.take("resend_sections", seconds=5 * _SWEEP_SECONDS):
            return
        for change in self._sections.take_back():
            self._events.publish(change)
        if waiting := self._sections.waiting() + self._questions.due():
            send_sections("", max(0, waiting - _queue_length(Queue.SECTIONS)))

    def resend_webhooks(self) -> None:
        """Send as many messages as there are ends of reviews to be told of."""
        if self._webhooks is None or not (due := self._webhooks.due()):
            return
        if self._leases.take("resend_webhooks", seconds=5 * _SWEEP_SECONDS):
            for _ in range(due - _queue_length(Queue.WEBHOOKS)):
                tell_webhook_task.apply_async(queue=Queue.WEBHOOKS.value)


class Expiry:
    """Deletes what has been kept long enough; one process at a time does it."""

    def __init__(self, settings: Settings) -> None:
        """Look where *settings* say."""
        database = Database(settings.database)
        self._leases = Leases(database)
        self._events = Events(settings)
        self._retention = Retention(database, open_files(settings), settings)

    def delete_expired(self) -> None:
        """Delete reviews, files, sessions and audit events whose time is over."""
        if self._leases.take("delete_expired", seconds=2 * _EXPIRY_SECONDS):
            self._retention.delete_expired(self._forget)

    def delete_discarded(self) -> None:
        """Delete the reviews that their owners deleted and can bring back no more."""
        if self._leases.take("delete_discarded", seconds=2 * _DISCARDED_SECONDS):
            self._retention.delete_discarded(self._forget)

    def _forget(self, review_id: str) -> None:
        forget(review_id, self._events)


def forget(review_id: str, events: Events) -> None:
    """Remove what Redis has of a deleted review: its hints, and Celery's state and result.

    Raises:
        redis.RedisError: Redis does not answer; what is there ends within a day by itself.
    """
    events.forget(review_id)
    app.backend.forget(review_id)


@worker_ready.connect
def _begin_sweeps(sender: Any, **_: Any) -> None:
    """Sweep at once and then again and again, in the worker's own loop.

    Not in a thread: the pool forks new processes from this one, and a lock that another thread
    holds at that moment would stay locked in the child for ever.
    """
    if isinstance(sender.pool, ThreadPool):
        wake_when_free(sender.hub)
    settings = Settings.from_environment()
    sweep = Sweep(settings)
    expiry = Expiry(settings)
    deeds: dict[Callable[[], None], float] = {
        sweep.listen: _LISTENING_SECONDS,
        sweep.requeue_stranded: _SWEEP_SECONDS,
        sweep.resend_sections: _SWEEP_SECONDS,
        sweep.resend_webhooks: _SWEEP_SECONDS,
        expiry.delete_expired: _EXPIRY_SECONDS,
        expiry.delete_discarded: _DISCARDED_SECONDS,
    }
    rounds = Rounds((*_AWAY, StorageUnavailable))
    for deed, seconds in deeds.items():
        rounds.attempt(deed)
        sender.timer.call_repeatedly(seconds, rounds.attempt, (deed,))


@worker_before_create_process.connect
def _make_ready(**_: Any) -> None:
    """Have what the processes of the pool share, before they are forked."""
    # Beside recognition the second that this saves is not worth its memory.
    if Queue.DOCUMENTS in _queues():
        language.keep_loaded()
    share_memory()


@worker_process_init.connect
def _begin_process(**_: Any) -> None:
    """Make the workshop before the first document comes, with connections of this process."""
    multiprocessing.process._current_process = _STANDARD_PROCESS  # type: ignore[attr-defined]
    _workshop.cache_clear()
    _stranded.cache_clear()
    _workshop()


@lru_cache(maxsize=1)
def _workshop() -> Workshop:
    return Workshop(Settings.from_environment())


def _desk() -> SectionDesk:
    with _making:  # the threads of a pool all ask at once
        return _one_desk()


def _question_desk() -> QuestionDesk:
    with _making:
        return _one_question_desk()


def _courier() -> Courier:
    with _making:
        return _one_courier()


@lru_cache(maxsize=1)
def _one_desk() -> SectionDesk:
    return SectionDesk(Settings.from_environment())


@lru_cache(maxsize=1)
def _one_question_desk() -> QuestionDesk:
    return QuestionDesk(Settings.from_environment())


@lru_cache(maxsize=1)
def _one_courier() -> Courier:
    return Courier(Settings.from_environment())


@lru_cache(maxsize=1)
def _stranded() -> Stranded:
    settings = Settings.from_environment()
    return Stranded(Database(settings.database), settings.attempts_limit, settings.lease_seconds)


def _queues() -> tuple[Queue, ...]:
    """Return the queues that this worker was told to work on."""
    return tuple(Queue(name) for name in app.amqp.queues.consume_from)


def _queue_length(queue: Queue) -> int:
    with app.connection_for_write() as connection:
        channel: Any = connection.default_channel  # Redis transport: `client` is a redis-py client
        return int(channel.client.llen(queue.value))


def _mirror(change: Change) -> None:
    """Keep Celery's own state and result in step, for clients that ask `AsyncResult`."""
    result: Any = {"progress": change.progress.percent, "version": change.version}
    if change.state is State.FAILURE and change.error:
        # Not the message, which may quote the document: no word of it lies in Redis.
        result = PrismError(f"{change.error.advice} [{change.error.code}]".lstrip())
    elif change.state is State.REVOKED:
        # Celery looks for an exception there, and would fail at the next state without one.
        result = TaskRevokedError("The review was cancelled.")
    try:
        app.backend.store_result(change.task_id, result, change.state)
    except (redis.RedisError, OSError) as error:
        _log.info("state of %s not mirrored: %s", change.task_id, error)
