"""Whether the process lives, and whether the service can do its work."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import redis
import sqlalchemy as sa
from flask import Blueprint, Response, jsonify
from kombu.exceptions import OperationalError

from ai_prism import __version__
from ai_prism.celery_app import app as celery
from ai_prism.storage.queue import OF_REVIEWS
from ai_prism.storage.tables import Queue
from ai_prism.web.services import services

blueprint = Blueprint("health", __name__)

_PING_SECONDS: Final = 0.5
#: What waits there delays nobody's review but its own.
_SPARED: Final = frozenset({Queue.OCR, Queue.WEBHOOKS})


class NotListening(Exception):
    """No worker answers."""


@blueprint.get("/health")
def health() -> Response:
    """Say that this process serves; nothing else is asked, so that it is quick and never waits."""
    return jsonify(status="ok", version=__version__)


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """Say whether database, Redis and a worker answer; 503 while one of them does not.

    `documents`, `ocr` and, where they are set up, `sections` and `webhooks` tell whether somebody
    works on these queues. Without the second, scans wait, without the last, nobody is told of the
    end of a review, and all else goes on: this does not make the service unavailable.
    """
    made = services()
    checks = {
        "database": _answers(_ping_database),
        "redis": _answers(made.events.ping),
        "worker": _answers(_ping_workers),
        **{queue.value: _answers(partial(_look_for, queue)) for queue in _worked_on()},
    }
    is_ready = all(state == "ok" for part, state in checks.items() if part not in _SPARED)
    return jsonify(status="ok" if is_ready else "unavailable", **checks), 200 if is_ready else 503


def _worked_on() -> tuple[Queue, ...]:
    settings = services().settings
    set_up = {Queue.SECTIONS: settings.llm_models, Queue.WEBHOOKS: settings.webhook_targets}
    return *OF_REVIEWS, *(queue for queue, is_set_up in set_up.items() if is_set_up)


def _answers(ping: Callable[[], Any]) -> str:
    try:
        ping()
    except NotListening:
        return "nobody listens"
    except (redis.RedisError, OperationalError, sa.exc.SQLAlchemyError, OSError):
        return "does not answer"
    return "ok"


def _ping_database() -> None:
    with services().database.writing() as connection:
        connection.execute(sa.select(1))


def _look_for(queue: Queue) -> None:
    if queue not in services().listening.queues():
        raise NotListening


def _ping_workers() -> None:
    if not celery.control.ping(timeout=_PING_SECONDS, limit=1):
        raise NotListening
