"""Live events: one Redis stream of hints that something was committed.

A hint says which review and which version; what is new is read from the database. So losing one
loses nothing, and no word of anybody's document ever lies in Redis or in its files.
"""

import logging
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import redis

from ai_prism.core.decoding import prepared
from ai_prism.redis_client import quick_client
from ai_prism.settings import Settings
from ai_prism.storage.changes import Change
from ai_prism.storage.tables import State

_log = logging.getLogger(__name__)

STREAM: Final = "ai-prism:events"

#: More than a web process can be behind; it catches up from the database anyway.
_KEPT_EVENTS: Final = 10_000

#: A read blocks for this long; it must stay under the socket's time-out.
_BLOCK_MILLISECONDS: Final = 1_000


class Hint(msgspec.Struct, frozen=True):
    """That a review has reached a version."""

    task_id: str
    owner: str
    version: int
    state: State


class Events:
    """The stream of hints, to write to and to read from."""

    def __init__(self, settings: Settings) -> None:
        """Connect lazily to the Redis of *settings*; an event is not worth waiting for."""
        self._redis = quick_client(settings)
        self._is_down = False

    def publish(self, change: Change) -> None:
        """Tell watchers of *change*; without Redis they learn of it from the database."""
        self._add(Hint(change.task_id, change.owner, change.version, change.state))

    def nudge(self, task_id: str, owner: str) -> None:
        """Tell watchers that something was written about a review that has ended."""
        self._add(Hint(task_id, owner, 0, State.SUCCESS))

    def hints(self, after: str = "$") -> Iterator[tuple[str, Hint | None]]:
        """Yield (position, hint) for ever; (position, None) when a second passes without one.

        Raises:
            redis.RedisError: Redis does not answer; call again with the last position.
        """
        position = after
        while True:
            answer: Any = self._redis.xread({STREAM: position}, block=_BLOCK_MILLISECONDS)
            for identity, fields in answer[0][1] if answer else ():
                position = identity.decode()
                yield position, msgspec.json.decode(fields[b"hint"], type=prepared(Hint))
            if not answer:
                yield position, None

    def forget(self, review_id: str) -> None:
        """Remove the hints of a review that was deleted.

        Raises:
            redis.RedisError: Redis does not answer; they go when newer ones push them out.
        """
        entries: Any = self._redis.xrange(STREAM)
        mentions = [
            position
            for position, fields in entries
            if msgspec.json.decode(fields[b"hint"], type=prepared(Hint)).task_id == review_id
        ]
        if mentions:
            self._redis.xdel(STREAM, *mentions)

    def ping(self) -> None:
        """Return when Redis answers.

        Raises:
            redis.RedisError: it does not.
        """
        self._redis.ping()

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()

    def _add(self, hint: Hint) -> None:
        fields: dict[Any, Any] = {"hint": msgspec.json.encode(hint)}
        try:
            self._redis.xadd(STREAM, fields, maxlen=_KEPT_EVENTS, approximate=True)
        except redis.RedisError as error:
            if not self._is_down:
                _log.warning("Live events are off until Redis answers again: %s", error)
            self._is_down = True
        else:
            self._is_down = False
