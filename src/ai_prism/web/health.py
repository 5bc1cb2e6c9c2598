"""Whether the process lives, and whether the service can do its work."""

from collections.abc import Callable
from typing import Any, Final

import redis
import sqlalchemy as sa
from flask import Blueprint, Response, jsonify
from kombu.exceptions import OperationalError

from ai_prism import __version__
from ai_prism.celery_app import app as celery
from ai_prism.web.services import services

blueprint = Blueprint("health", __name__)

_PING_SECONDS: Final = 0.5


class NotListening(Exception):
    """No worker answers."""


@blueprint.get("/health")
def health() -> Response:
    """Say that this process serves; nothing else is asked, so that it is quick and never waits."""
    return jsonify(status="ok", version=__version__)


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """Say whether database, Redis and a worker answer; 503 while one of them does not."""
    made = services()
    checks = {
        "database": _answers(_ping_database),
        "redis": _answers(made.events.ping),
        "worker": _answers(_ping_workers),
    }
    is_ready = all(state == "ok" for state in checks.values())
    return jsonify(status="ok" if is_ready else "unavailable", **checks), 200 if is_ready else 503


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


def _ping_workers() -> None:
    if not celery.control.ping(timeout=_PING_SECONDS, limit=1):
        raise NotListening
