"""Live events: one Redis stream for all reviews, and the state mirrored for Celery's clients.

An event is a hint that something was committed. Losing one loses nothing: whoever watches notices
the gap in the versions and reads the database.
"""

import logging
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ai_prism.storage.changes import Change

_log = logging.getLogger(__name__)

STREAM: Final = "ai-prism:events"

#: Enough for a watcher that was away for a minute on a busy service; older gaps are read from the
#: database. Bounded, because each event carries findings.
_KEPT_EVENTS: Final = 5_000

#: A read blocks for this long; it must stay under the socket's time-out.
_BLOCK_MILLISECONDS: Final = 1_000


class Events:
    """The stream of events, to write to and to read from."""

    def __init__(self, url: str) -> None:
        """Connect lazily to the Redis at *url*."""
        # redis-py retries ten times by default, which turns an outage of Redis into seconds of
        # waiting for whoever publishes; an event is not worth waiting for.
        self._redis = redis.Redis.from_url(
            url,
            socket_timeout=3,
            socket_connect_timeout=1,
            retry=Retry(NoBackoff(), 1),
            protocol=2,
        )
        self._is_down = False

    def publish(self, change: Change) -> None:
        """Tell watchers of *change*; without Redis they learn of it from the database."""
        try:
            fields: dict[Any, Any] = {"change": msgspec.json.encode(change)}
            self._redis.xadd(STREAM, fields, maxlen=_KEPT_EVENTS, approximate=True)
        except redis.RedisError as error:
            if not self._is_down:
                _log.warning("Live events are off until Redis answers again: %s", error)
            self._is_down = True
        else:
            self._is_down = False

    def changes(self, after: str = "$") -> Iterator[tuple[str, Change | None]]:
        """Yield (position, change) for ever; (position, None) when a second passes without one.

        Raises:
            redis.RedisError: Redis does not answer; call again with the last position.
        """
        position = after
        while True:
            answer: Any = self._redis.xread({STREAM: position}, block=_BLOCK_MILLISECONDS)
            for identity, fields in answer[0][1] if answer else ():
                position = identity.decode()
                yield position, msgspec.json.decode(fields[b"change"], type=Change)
            if not answer:
                yield position, None

    def ping(self) -> None:
        """Return when Redis answers.

        Raises:
            redis.RedisError: it does not.
        """
        self._redis.ping()

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()
