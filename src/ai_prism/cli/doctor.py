"""`ai-prism doctor`: what is used, and whether its parts can talk to each other."""

import json
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import click
import redis
import sqlalchemy as sa
from kombu.exceptions import OperationalError

import ai_prism
from ai_prism import celery_app, redis_server
from ai_prism.cli.outcome import Exit
from ai_prism.core.readers import recognition
from ai_prism.redis_client import quick_client
from ai_prism.settings import InvalidSettings, Settings
from ai_prism.storage.database import Database
from ai_prism.storage.files import StoreAway, open_files
from ai_prism.storage.tables import Queue

_SECONDS: Final = 3.0


class Sick(Exception):
    """A part does not work; the words say why, and what to do."""


@click.command()
def doctor() -> Exit:
    """Say what is used, and whether web, worker, Redis and database can talk."""
    settings = Settings.from_environment()
    celery_app.configure(settings)
    click.echo(f"AI-Prism {ai_prism.__version__}, Python {platform.python_version()}")
    examinations: dict[str, Callable[[Settings], str]] = {
        "data folder": _data_folder,
        "files": _files,
        "scans": _scans,
        "database": _database,
        "redis": _redis,
        "worker": _worker,
        "recognition": _recognition,
        "web": _web,
    }
    outcomes = [_examine(part, look, settings) for part, look in examinations.items()]
    return Exit.DONE if all(outcomes) else Exit.NOT_REVIEWED


def _examine(part: str, look: Callable[[Settings], str], settings: Settings) -> bool:
    try:
        mark, words = "ok", look(settings)
    except Sick as illness:
        mark, words = "!!", str(illness)
    click.echo(f"  {mark}  {part:12} {words}")
    return mark == "ok"


def _data_folder(settings: Settings) -> str:
    folder = settings.data_path
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        raise Sick(f"{folder} cannot be written; set AI_PRISM_DATA_DIR to a folder of yours.")
    return str(folder)


def _files(settings: Settings) -> str:
    if not settings.files_url:
        return f"{settings.data_path / 'files'}"
    where = f"{settings.files_url} at {settings.s3_endpoint or 'Amazon'}"
    try:
        open_files(settings).ask()
    except InvalidSettings as error:
        raise Sick(str(error)) from error
    except StoreAway as error:
        raise Sick(f"{where} does not let us in: {error.__cause__}") from error
    return where


def _scans(settings: Settings) -> str:
    if recognition.is_possible():
        return "recognised by Tesseract"
    return "not recognised; where Tesseract is installed they are"


def _database(settings: Settings) -> str:
    shown = sa.make_url(settings.database).render_as_string(hide_password=True)
    database = Database(settings.database)
    try:
        if database.is_sqlite and not Path(str(database.url.database)).exists():
            return f"{shown} (made at the first start)"
        with database.writing() as connection:
            connection.execute(sa.select(1))
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        raise Sick(f"{shown} does not answer: {error}") from error
    finally:
        database.close()
    return shown


def _redis(settings: Settings) -> str:
    shown = settings.redis.rpartition("@")[2]
    try:
        with quick_client(settings, socket_timeout=_SECONDS) as client:
            version = client.info("server")["redis_version"]
    except redis.RedisError:
        raise Sick(_redis_advice(settings, shown)) from None
    return f"{shown}, Redis {version}"


def _redis_advice(settings: Settings, shown: str) -> str:
    if settings.redis_url:
        return f"{shown} does not answer; look at AI_PRISM_REDIS_URL and at that Redis."
    binary = redis_server.find_binary()
    return f"not running; `ai-prism up` starts {binary}." if binary else redis_server.ADVICE


def _worker(settings: Settings) -> str:
    listening = _listening_to(Queue.DOCUMENTS)
    if not listening:
        raise Sick("nobody listens; `ai-prism up` or `ai-prism worker` starts one.")
    return f"{listening} listening on the queue {Queue.DOCUMENTS}"


def _recognition(settings: Settings) -> str:
    listening = _listening_to(Queue.OCR)
    if not listening and recognition.is_possible():
        raise Sick(f"nobody listens: scans wait. `ai-prism worker --queue {Queue.OCR}` starts one.")
    if not listening:
        return f"nobody listens on the queue {Queue.OCR}, and nothing is sent there"
    return f"{listening} listening on the queue {Queue.OCR}"


def _listening_to(queue: Queue) -> int:
    try:
        answers = celery_app.app.control.inspect(timeout=_SECONDS).active_queues() or {}
    except (redis.RedisError, OperationalError, OSError):
        raise Sick("cannot be asked without Redis.") from None
    return sum(queue in {told["name"] for told in queues} for queues in answers.values())


def _web(settings: Settings) -> str:
    url = f"http://{settings.host}:{settings.port}"
    try:
        with urlopen(f"{url}/health", timeout=_SECONDS) as answer:  # noqa: S310 # nosec B310
            version = json.load(answer)["version"]
    except (URLError, OSError, ValueError, KeyError):
        raise Sick(f"{url} does not answer; `ai-prism up` or `ai-prism web` starts it.") from None
    return f"{url}, AI-Prism {version}"
