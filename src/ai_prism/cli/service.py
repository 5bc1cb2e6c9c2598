"""Commands that run the service: up, web, worker, migrate."""

import errno
import os
import socket
import sys
import warnings
from collections.abc import Sequence

import click
from celery.exceptions import SecurityWarning

from ai_prism import celery_app, logs, redis_server, tracing
from ai_prism.cli.outcome import Exit, complain
from ai_prism.core.readers import recognition
from ai_prism.settings import Settings
from ai_prism.storage.database import Database
from ai_prism.storage.files import open_files
from ai_prism.storage.queue import OF_REVIEWS
from ai_prism.storage.tables import Queue
from ai_prism.supervisor import Program, Supervisor


@click.command()
def up() -> Exit:
    """Run the whole service on this machine: Redis, a worker and the web server."""
    settings = _settings()
    settings.data_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _is_taken(settings):
        complain(
            f"Port {settings.port} of {settings.host} is in use, perhaps by another AI-Prism.",
            "Stop that, or choose another port with AI_PRISM_PORT.",
        )
        return Exit.NOT_REVIEWED
    supervisor = Supervisor({**os.environ, **settings.as_environment()})
    try:
        if not _start_redis(supervisor, settings):
            return Exit.NOT_REVIEWED
        Database(settings.database).migrate()
        me = [sys.executable, "-m", "ai_prism"]
        for program in _workers(me, settings):
            supervisor.start(program)
        supervisor.start(Program("web", [*me, "web"]))
        click.echo(f"AI-Prism is at http://{settings.host}:{settings.port}  (Ctrl-C stops it)")
        click.echo(f"Documents and reviews are kept in {settings.data_path}")
        supervisor.run()
        click.echo("\nStopping; what is not done goes on at the next start.")
    finally:
        supervisor.stop()
    return Exit.DONE


def _settings() -> Settings:
    """Return the settings, put to use as far as all three commands need them.

    Raises:
        InvalidSettings: what is said of Redis, the files or the traces does not fit together.
    """
    settings = Settings.from_environment()
    logs.to_terminal(settings.log_format)
    celery_app.configure(settings)
    open_files(settings)
    tracing.configure(settings)
    return settings


def _workers(me: Sequence[str], settings: Settings) -> list[Program]:
    """Return the workers of one machine, so that no scan is in the way of other documents.

    Where nothing can be recognised there is no need for a second one; the first then takes what
    was waiting for recognition when Tesseract was removed, and lists its pages as not read. What
    only waits for others, models or webhooks, has a worker of its own where it is set up.
    """
    waited_for = {
        Queue.SECTIONS: ("model worker", settings.llm_models),
        Queue.WEBHOOKS: ("webhook worker", settings.webhook_targets),
    }
    waiting = [
        Program(name, [*me, "worker", f"--queue={queue}"])
        for queue, (name, is_set_up) in waited_for.items()
        if is_set_up
    ]
    if not recognition.is_possible():
        queues = [f"--queue={queue}" for queue in OF_REVIEWS]
        return [Program("worker", [*me, "worker", *queues]), *waiting]
    # One slot: recognition takes a whole core for as long as it lasts.
    ocr = [*me, "worker", f"--queue={Queue.OCR}", "--slots=1"]
    return [
        Program("worker", [*me, "worker", f"--queue={Queue.DOCUMENTS}"]),
        Program("ocr worker", ocr),
        *waiting,
    ]


@click.command()
def web() -> None:
    """Run the web server alone."""
    from ai_prism.app import create_app
    from ai_prism.web.server import Server

    settings = _settings()
    Database(settings.database).migrate()
    Server(lambda: create_app(settings), settings).run()


@click.command()
@click.option(
    "--slots", type=click.IntRange(min=1), help="Documents, or passages, worked on at a time."
)
@click.option("--name", default="", help="A name of its own for each worker on one machine.")
@click.option(
    "--queue",
    "queues",
    multiple=True,
    type=click.Choice([queue.value for queue in Queue]),
    help="Work on this queue alone; may be given more than once. By default on all.",
)
def worker(slots: int | None, name: str, queues: tuple[str, ...]) -> None:
    """Run a worker alone; any number of them share the work."""
    settings = _settings()
    Database(settings.database).migrate()
    only_waits = bool(queues) and set(queues) <= {Queue.SECTIONS, Queue.WEBHOOKS}
    # Celery warns of running as root because of pickles, which are not accepted here.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    celery_app.app.worker_main(
        [
            "--quiet",
            "worker",
            # Whoever only waits for answers needs no process for it, and can wait for many.
            f"--pool={'threads' if only_waits else 'prefork'}",
            f"--concurrency={slots or (settings.llm_slots if only_waits else settings.slots)}",
            f"--queues={','.join(queues or tuple(Queue))}",
            f"--hostname={name or os.getpid()}@%h",
            "--loglevel=WARNING",
            # Neither is used here, and each costs a second at the start.
            "--without-gossip",
            "--without-mingle",
        ]
    )


@click.command()
def migrate() -> None:
    """Bring the database to the newest revision; the other commands do it too."""
    Database(Settings.from_environment().database).migrate()


def _is_taken(settings: Settings) -> bool:
    """Whether another process serves on our port; said at once rather than by a failing child."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def _start_redis(supervisor: Supervisor, settings: Settings) -> bool:
    """Have a Redis that answers; say why when that fails."""
    if settings.redis_url or redis_server.is_answering(settings):
        return True
    binary = redis_server.find_binary()
    if binary is None:
        complain(redis_server.ADVICE)
        return False
    process = supervisor.start(Program("redis", redis_server.command(binary, settings)))
    if not redis_server.wait_until_answering(settings, process):
        complain(
            f"The Redis at {binary} does not start; {redis_server.log_file(settings)} says why."
        )
        return False
    return True
