"""Clients of the Redis in use: the one that is named, or the one that Sentinel names."""

from typing import Any, Final
from urllib.parse import unquote, urlsplit

import msgspec
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from ai_prism.settings import InvalidSettings, Settings

_SCHEME: Final = "sentinel://"
_PORT: Final = 26379


class Watched(msgspec.Struct, frozen=True):
    """A Redis of which Sentinels know where it is now."""

    sentinels: tuple[tuple[str, int], ...]
    name: str  #: what they call it
    username: str
    password: str
    database: int
    sentinel_password: str  #: theirs; that of the Redis is another

    @property
    def sentinel_options(self) -> dict[str, Any]:
        """What redis-py needs to speak to the Sentinels, as against the Redis."""
        waiting = {"socket_timeout": 1, "socket_connect_timeout": 1}
        return waiting | ({"password": self.sentinel_password} if self.sentinel_password else {})


def watched(settings: Settings) -> Watched | None:
    """Return what a URL sentinel://[user]:password@host:port,host:port/name[?db=0] names.

    None for a URL of another kind.

    Raises:
        InvalidSettings: it is of this kind and names no host or no Redis.
    """
    if not settings.redis.startswith(_SCHEME):
        return None
    url = urlsplit(settings.redis)
    who, _, places = url.netloc.rpartition("@")
    username, _, password = who.partition(":")
    name = url.path.strip("/")
    try:
        sentinels = tuple(_place(place) for place in places.split(","))
        database = int(url.query.removeprefix("db=") or 0)
    except ValueError:
        sentinels, database = (), 0
    if not sentinels or not name:
        # Without the URL: it may hold a password.
        raise InvalidSettings(
            "AI_PRISM_REDIS_URL: sentinel://:PASSWORD@HOST:PORT,HOST:PORT/NAME, with ?db=NUMBER"
            " for a database other than 0."
        )
    return Watched(
        sentinels=sentinels,
        name=name,
        username=unquote(username),
        password=unquote(password),
        database=database,
        sentinel_password=settings.redis_sentinel_password,
    )


def quick_client(settings: Settings, **options: Any) -> redis.Redis:
    """Return a client for the Redis of *settings* that says at once when it does not answer.

    redis-py retries ten times by default, which turns an outage of Redis into seconds of waiting
    for whoever asks it.
    """
    quick = {
        "socket_timeout": 3,
        "socket_connect_timeout": 1,
        "retry": Retry(NoBackoff(), 1),
        "protocol": 2,
    }
    options = quick | options
    place = watched(settings)
    if place is None:
        return redis.Redis.from_url(settings.redis, **settings.redis_tls, **options)
    who = {"username": place.username or None, "password": place.password or None}
    # redis-py has no types for these two.
    guard = Sentinel(  # type: ignore[no-untyped-call]
        place.sentinels, sentinel_kwargs=place.sentinel_options
    )
    master: redis.Redis = guard.master_for(  # type: ignore[no-untyped-call]
        place.name, db=place.database, **who, **options
    )
    return master


def _place(place: str) -> tuple[str, int]:
    url = urlsplit(f"//{place}")
    if not url.hostname:
        raise ValueError(place)
    return url.hostname, url.port or _PORT
