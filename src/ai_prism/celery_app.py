"""The Celery application, and every setting with its reason.

The broker carries ids and may lose any of them: the database knows what is to be done, and
`requeue_stranded` sends it again. The settings therefore aim at never hanging and never running
a review twice at once, not at a broker that loses nothing; Redis cannot promise that, because a
worker pops a message before it notes that it has it.
"""

from typing import Any, Final, Self
from urllib.parse import quote

import kombu
from celery import Celery
from celery.app.amqp import AMQP

from ai_prism.redis_client import Watched, watched
from ai_prism.settings import Settings
from ai_prism.storage.tables import Queue

#: Retry once, at once: a request must not wait for Redis, and `requeue_stranded` sends it anyway.
_PUBLISH_RETRY: Final = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}

#: A worker that waits for Redis asks again after so long; kombu's own pauses grow to half a
#: minute, all of which an outage lasts longer for whoever waits.
_KNOCKING: Final = {"interval_start": 0.2, "interval_step": 0.2, "interval_max": 1.0}


def configuration(settings: Settings) -> dict[str, Any]:
    """Return Celery's configuration for *settings*."""
    place = watched(settings)
    url = _sentinel_url(place) if place else celery_url(settings.redis)
    # Both ask the Sentinels for the same Redis.
    guarded = (
        {"master_name": place.name, "sentinel_kwargs": place.sentinel_options} if place else {}
    )
    return {
        "broker_url": url,
        "imports": ("ai_prism.tasks",),
        # Only JSON: a pickle from the broker is a program that runs with our rights.
        "accept_content": ["json"],
        "task_serializer": "json",
        "result_serializer": "json",
        # Clients of Celery ask AsyncResult(id); the worker itself mirrors state and result there.
        # With ignore_result nobody subscribes when a task is sent, which keeps a silent Redis
        # from stalling the sender (19 s were measured) and channels from piling up.
        "result_backend": url,
        # Celery does not take TLS from the URL alone: it wants to be told whom to trust.
        "broker_use_ssl": settings.redis_tls or None,
        "redis_backend_use_ssl": settings.redis_tls or None,
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        "result_expires": 24 * 3600,
        "redis_socket_timeout": 3.0,
        "redis_socket_connect_timeout": 1.0,
        "redis_retry_on_timeout": False,
        "result_backend_always_retry": False,
        "result_backend_transport_options": {"retry_policy": _PUBLISH_RETRY, **guarded},
        # Acknowledge early: the lease in the database brings a lost review back, within seconds
        # instead of a visibility time-out, and Celery 5.7.0 workers with late acknowledgement die
        # when Redis restarts under a running task.
        "task_acks_late": False,
        # Pop a message only into a free slot: nothing waits in a busy worker while another idles.
        "worker_disable_prefetch": True,
        "worker_prefetch_multiplier": 1,
        "task_default_queue": Queue.DOCUMENTS.value,
        # A misspelt queue must fail where it is written, not collect messages nobody reads.
        "task_create_missing_queues": False,
        # With keys of their own: without one a queue gets that of the default queue, and its
        # messages too.
        "task_queues": {queue.value: {"routing_key": queue.value} for queue in Queue},
        # Outlive any outage of Redis, at the start too.
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "task_publish_retry_policy": _PUBLISH_RETRY,
        "broker_transport_options": {
            # Without time-outs a Redis that accepts connections and says nothing hangs a process
            # for ever.
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "socket_keepalive": True,
            # A connection that died unseen is given up after twice this and a second.
            "health_check_interval": 5,
            # The sweep runs in the worker's own loop and must not hold it up: it fails at once
            # and comes again. By default a connection waits for six seconds first.
            **_PUBLISH_RETRY,
            **guarded,
            # Covers the moment between pop and acknowledgement only, see task_acks_late. The sweep
            # that honours it runs every interval x throttle seconds; the default is 100.
            "visibility_timeout": 120,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            # A worker killed in a sweep must not hold up the next one for the default 5 minutes.
            "unacked_mutex_expire": 15,
            # The default of 10 is fewer than a large pool acknowledges at once.
            "max_connections": 64,
        },
        # The analysis of a document ends by its own limit and says so; this one is for a parser
        # that never returns. It needs the prefork pool.
        "task_time_limit": settings.review_limit_seconds + 30,
        # A stopping worker finishes what it can; the lease covers the rest.
        "worker_soft_shutdown_timeout": 10,
        # Native parsers leak; a fresh process now and then keeps memory level (KiB).
        "worker_max_tasks_per_child": 500,
        "worker_max_memory_per_child": 600_000,
        # Our own events tell the progress; Celery's would double the traffic.
        "worker_send_task_events": False,
        "task_send_sent_event": False,
        # Logging is ours, see `logs`: Celery would replace the handlers.
        "worker_hijack_root_logger": False,
    }


def celery_url(redis_url: str) -> str:
    """Return *redis_url* as Celery spells it: it calls unix:// redis+socket://."""
    if redis_url.startswith("unix://"):
        path, _, query = redis_url.removeprefix("unix://").partition("?")
        query = query.replace("db=", "virtual_host=")
        return f"redis+socket://{path}" + (f"?{query}" if query else "")
    return redis_url


def _sentinel_url(place: Watched) -> str:
    """Return how Celery spells a Redis that Sentinels watch: a URL for each of them."""
    who = f"{quote(place.username, safe='')}:{quote(place.password, safe='')}@"
    who = who if place.password else ""
    return ";".join(
        f"sentinel://{who}{host}:{port}/{place.database}" for host, port in place.sentinels
    )


class _Connection(kombu.Connection):
    """A connection that comes back soon after Redis does."""

    def ensure_connection(self, *args: Any, **options: Any) -> Self:
        """Wait until Redis answers. There is no setting for the pauses of Celery's consumer."""
        super().ensure_connection(*args, **{**_KNOCKING, **options})
        return self


class _Messages(AMQP):
    """Celery's messages, sent and taken over connections of ours."""

    Connection = _Connection


def configure(settings: Settings) -> None:
    """Use *settings* instead of those of the environment."""
    app.conf.update(configuration(settings))


app = Celery("ai_prism", amqp=_Messages)
# Read on first use, so that importing this module neither needs nor freezes the environment.
app.add_defaults(lambda: configuration(Settings.from_environment()))
