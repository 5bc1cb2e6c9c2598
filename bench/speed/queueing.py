"""What queue and bookkeeping add to a review, beside a Celery task that does nothing."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import redis
import sqlalchemy as sa

from ai_prism.storage.tables import reviews
from speed import Table, milliseconds
from speed.bare import BEGUN
from speed.beside import Beside
from speed.following import Followed, follow
from support.service import Service
from support.waiting import until

_ROUNDS = 30
_TEXT = "# Plan\n\nThe job runs at night.\n\n## Number {}\n\nNobody knows what the number is for.\n"


def measure() -> Table:
    """Return the medians over reviews of a page, one after the other on an idle service."""
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "service")
        beside = Beside(service)
        try:
            service.start(slots=1).wait_until_ready()
            beside.start_web()
            beside.start_worker()
            client = service.client()
            bare = _bare(service, beside)
            paths = _documents(Path(folder))
            for _ in range(3):
                follow(service, client, next(paths))
                next(bare)
            followed, waits = [], []
            for _ in range(_ROUNDS):
                followed.append(follow(service, client, next(paths)))
                waits.append(next(bare))
            begun = _begun(service, followed)
        finally:
            service.stop()
    return Table(
        "Queue",
        "A document of a page, on an idle service with one worker; beside a Celery task that does "
        f"nothing, sent by the bare endpoint (it may begin before the answer is here). "
        f"Medians and p95 of {_ROUNDS}, in turn. What the "
        "analysis itself takes stands in the receipt of each review.",
        ("what", "median ms", "p95 ms"),
        [
            _line("a bare task: from the answer to its begin", waits),
            _line(
                "from the 202 to the begin of the review",
                [b - f.accepted for f, b in zip(followed, begun, strict=True)],
            ),
            _line(
                "from the begin to the first event at the client",
                [f.first_event - b for f, b in zip(followed, begun, strict=True)],
            ),
            _line("the analysis alone", [f.analysis for f in followed]),
            _line(
                "from the 202 to the end at the client, less the analysis",
                [f.whole - f.analysis for f in followed],
            ),
        ],
    )


def _line(name: str, seconds: list[float]) -> list[str]:
    return [name, milliseconds(seconds), milliseconds(seconds, 0.95)]


def _documents(folder: Path) -> Iterator[Path]:
    number = 0
    while True:
        path = folder / f"plan-{number}.md"
        path.write_text(_TEXT.format(number))
        yield path
        number += 1


def _bare(service: Service, beside: Beside) -> Iterator[float]:
    """Yield how long a task waited after the answer, again and again."""
    store = redis.Redis.from_url(service.settings.redis)
    while True:
        files = {"document": ("plan.md", b"nothing")}
        httpx.post(f"http://127.0.0.1:{beside.port}/upload", files=files)
        answered = time.time()
        told = until(lambda: store.rpop(BEGUN), what="the bare task")
        yield float(told.split()[1]) - answered


def _begun(service: Service, followed: list[Followed]) -> list[float]:
    """Return when the worker took each review, as the database has it."""
    engine = sa.create_engine(service.settings.database)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(reviews.c.sha256, reviews.c.started_at))
        times = {row.sha256: row.started_at for row in rows}
    engine.dispose()
    return [times[one.review["document"]["sha256"]] for one in followed]
