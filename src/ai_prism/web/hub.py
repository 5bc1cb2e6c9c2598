"""One reader of the event stream for each web process, and a bounded queue for each watcher."""

import logging
import queue
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import redis

from ai_prism.storage.events import Events, Hint
from ai_prism.storage.tables import State

_log = logging.getLogger(__name__)

#: A watcher this far behind reads the database once instead of every event.
_QUEUE_LENGTH: Final = 64
_RECONNECT_SECONDS: Final = 0.5


class Watcher:
    """One open stream's queue of hints."""

    def __init__(self) -> None:
        """Begin with an empty queue."""
        # Of all kinds of queues the smallest: there may be thousands.
        self._hints: queue.SimpleQueue[Hint] = queue.SimpleQueue()
        self._has_missed = False

    def put(self, hint: Hint) -> None:
        """Add *hint*, or note that there was no room for it."""
        if self._hints.qsize() < _QUEUE_LENGTH:
            self._hints.put(hint)
        else:
            self._has_missed = True

    def next(self, timeout_seconds: float) -> Hint | None:
        """Return the next hint, or None when none comes in time."""
        try:
            return self._hints.get(timeout_seconds > 0, timeout_seconds)
        except queue.Empty:
            return None

    def drop_all(self) -> None:
        """Empty the queue: the database is about to be read anyway."""
        while not self._hints.empty():
            self.next(timeout_seconds=0)

    def take_missed(self) -> bool:
        """Return whether hints were lost since this was asked last."""
        missed, self._has_missed = self._has_missed, False
        return missed


class Hub:
    """Passes each hint on to the watchers of its owner."""

    def __init__(self, events: Events) -> None:
        """Read from *events*, beginning with the first watcher."""
        self._events = events
        self._watchers: dict[str, set[Watcher]] = defaultdict(set)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        #: Whether Redis tells of changes; while not, watchers look into the database more often.
        self.is_live = False
        #: Grows whenever the line of waiting reviews may have moved.
        self.line_moves = 0
        #: Open streams and waiting requests in this process; each holds a thread.
        self.watching_count = 0

    @contextmanager
    def watching(self, owner: str) -> Iterator[Watcher]:
        """Give a watcher of the reviews of *owner* for the length of the block."""
        watcher = Watcher()
        with self._lock:
            self._watchers[owner].add(watcher)
            self.watching_count += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._read, name="hub", daemon=True)
                self._thread.start()
        try:
            yield watcher
        finally:
            with self._lock:
                self.watching_count -= 1
                self._watchers[owner].discard(watcher)
                if not self._watchers[owner]:
                    del self._watchers[owner]

    def _read(self) -> None:
        position = "$"
        pause = threading.Event()
        while True:
            try:
                for latest, hint in self._events.hints(after=position):
                    position = latest
                    self.is_live = True
                    if hint is not None:
                        self._pass_on(hint)
            except redis.RedisError as error:
                if self.is_live:
                    _log.warning("No live events until Redis answers again: %s", error)
                self.is_live = False
                pause.wait(_RECONNECT_SECONDS)

    def _pass_on(self, hint: Hint) -> None:
        if hint.state is not State.PROGRESS:
            self.line_moves += 1
        with self._lock:
            watchers = list(self._watchers.get(hint.owner, ()))
        for watcher in watchers:
            watcher.put(hint)
