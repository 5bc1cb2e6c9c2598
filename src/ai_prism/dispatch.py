"""The background publisher: hands ids to the broker and news to watchers after the answer is sent.

No request waits for Redis. What is lost here, with this process or with Redis, is found in the
database and sent by `requeue_stranded`.
"""

import logging
import queue
import threading
from collections.abc import Callable

import redis
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from ai_prism import tasks
from ai_prism.storage.changes import Change
from ai_prism.storage.events import Events
from ai_prism.storage.queue import Stranded
from ai_prism.storage.tables import Queue

_log = logging.getLogger(__name__)


class Dispatcher:
    """Publishes in a thread of its own, begun with the first thing to publish."""

    def __init__(self, events: Events, stranded: Stranded) -> None:
        """Tell *events* of changes and note in *stranded* what has been sent."""
        self._events = events
        self._stranded = stranded
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def send(self, review_id: str) -> None:
        """Hand *review_id* to the broker soon, and return at once."""
        self._soon(lambda: tasks.send(review_id, Queue.DOCUMENTS, self._stranded))

    def send_question(self, review_id: str) -> None:
        """Tell the broker soon that somebody asks about *review_id*, and return at once."""
        self._soon(lambda: tasks.send_sections(review_id, messages=1))

    def announce(self, change: Change) -> None:
        """Tell watchers of *change* soon, and return at once."""
        self._soon(lambda: self._events.publish(change))

    def forget(self, review_id: str) -> None:
        """Remove soon what Redis has of a deleted review, and return at once."""
        self._soon(lambda: tasks.forget(review_id, self._events))

    def _soon(self, job: Callable[[], None]) -> None:
        self._jobs.put(job)
        # Begun late, not in the constructor: the web server forks after the application is made,
        # and threads do not survive a fork.
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="dispatch", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job()
            except (OperationalError, redis.RedisError, SQLAlchemyError, OSError) as error:
                _log.warning("not published now, requeue_stranded will: %s", error)
