"""The database is locked or gone for a while: refused or kept, never neither; nothing else ends.

A real SQLite that another process has locked, and a real PostgreSQL that is stopped as by a crash.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
import sqlalchemy as sa

from ai_prism import examples
from ai_prism.storage.tables import findings, reviews
from support.postgres import Server, server
from support.service import Process, Service
from support.waiting import until

DOCUMENT = examples.path("design-document.md")
GATED = "support.reviewers:GatedReviewer"
LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


class Outage(Protocol):
    """A database that can be taken away."""

    database_url: str

    def begin(self, service: Service) -> None: ...
    def end(self) -> None: ...


class Lock:
    """SQLite, locked by another process."""

    database_url = ""

    def begin(self, service: Service) -> None:
        path = service.settings.data_path / "ai-prism.db"
        self._process = subprocess.Popen(
            [sys.executable, "-c", LOCK, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout.readline() == "locked\n"

    def end(self) -> None:
        self._process.communicate()


class Stop:
    """PostgreSQL, stopped."""

    def __init__(self, running: Server) -> None:
        self._server = running
        self.database_url = running.url

    def begin(self, service: Service) -> None:
        self._server.stop()

    def end(self) -> None:
        self._server.start()


@pytest.fixture(params=["SQLite locked", "PostgreSQL stopped"])
def outage(request: pytest.FixtureRequest) -> Iterator[Outage]:
    with ExitStack() as stack:
        if request.param == "SQLite locked":
            yield Lock()
        else:
            programs = request.getfixturevalue("postgres_programs")
            yield Stop(stack.enter_context(server(programs)))


@pytest.fixture
def service(start_service: Callable[..., Service], outage: Outage) -> Service:
    return start_service(database_url=outage.database_url, reviewer=GATED)


def test_an_upload_is_refused_with_its_code_and_nothing_of_it_is_kept(
    service: Service, outage: Outage
) -> None:
    service.start()
    service.open_gate()
    client = service.client()
    earlier = client.upload(DOCUMENT)
    client.wait_for_end(earlier)
    kept = stored(service)

    outage.begin(service)
    refused = client.send_document(DOCUMENT)
    left = stored(service)
    alive = client.get("/health").status_code
    outage.end()

    assert (refused.status_code, refused.json()["code"]) == (503, "storage")
    assert int(refused.headers["Retry-After"]) > 0
    assert left == kept
    assert alive == 200
    assert ids(service) == [earlier]
    assert client.wait_for_end(client.upload(DOCUMENT))["state"] == "SUCCESS"


def test_a_running_review_is_ended_once_and_by_the_worker_that_has_it(
    service: Service, outage: Outage
) -> None:
    service.start(slots=0)
    worker = service.start_worker()
    client = service.client()
    review_id = client.upload(DOCUMENT)
    until(service.entered, what="the worker at work")

    outage.begin(service)
    service.open_gate()  # the analysis ends while nobody can write
    until(lambda: "not ended now" in service.log, what="the worker in vain")
    outage.end()

    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
    assert worker.poll() is None
    assert once(service, review_id, client.review(review_id))


def test_a_review_that_could_not_be_taken_is_taken_later(service: Service, outage: Outage) -> None:
    service.start(slots=0)
    service.open_gate()
    worker = service.start_worker()
    service.wait_until_ready()
    client = service.client()
    freeze(worker, signal.SIGSTOP)
    review_id = client.upload(DOCUMENT)
    # Its connection has the id by then: a frozen worker still waits for one.
    until(lambda: query(service, sa.select(reviews.c.sent_at)) != [None], what="the id to be sent")

    outage.begin(service)
    freeze(worker, signal.SIGCONT)
    until(lambda: "cannot be taken now" in service.log, what="the worker in vain")
    outage.end()

    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
    assert worker.poll() is None
    assert once(service, review_id, client.review(review_id))


def test_an_upload_waits_for_a_lock_that_is_soon_gone(
    start_service: Callable[..., Service],
) -> None:
    service = start_service().start()
    lock = Lock()
    lock.begin(service)
    with service.client() as client:
        # It arrives before it is written down, and there is no other sign that it waits.
        command = ["curl", "-s", "-F", f"document=@{DOCUMENT}", f"{service.url}/upload"]
        upload = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        until(lambda: stored(service), what="the file of an upload that waits")
        lock.end()
        answer, _ = upload.communicate(timeout=30)

        assert '"status":"queued"' in answer
        assert len(ids(service)) == 1
        assert client.get("/health").status_code == 200


def test_streams_end_without_the_database_and_can_be_opened_again(
    start_service: Callable[..., Service], postgres_programs: Path
) -> None:
    with server(postgres_programs) as running:
        service = start_service(database_url=running.url).start(slots=0)
        client = service.client()
        review_id = client.upload(DOCUMENT)

        with client.stream("GET", f"/events/{review_id}") as stream:
            lines = stream.iter_lines()
            opened = next(lines)
            running.stop()
            list(lines)  # ends, or the test runs out of time
        away = client.get(f"/events/{review_id}")
        running.start()
        with client.stream("GET", f"/events/{review_id}") as stream:
            again = next(stream.iter_lines())
        service.stop()

    assert opened == again == "id: 1"
    assert away.status_code == 503


def stored(service: Service) -> list[Path]:
    """Return the files of reviews, and what has arrived and belongs to none."""
    folder = service.settings.data_path / "files"
    return sorted(path for path in folder.rglob("*") if path.is_file())


def ids(service: Service) -> list[str]:
    return query(service, sa.select(reviews.c.id))


def once(service: Service, review_id: str, review: dict[str, object]) -> bool:
    """Whether each finding of *review* is stored, and stored once."""
    here = sa.select(findings.c.id).where(findings.c.review_id == review_id)
    return Counter(query(service, here)) == {f["id"]: 1 for f in review["findings"]}


def query(service: Service, statement: sa.Select[Any]) -> list[Any]:
    engine = sa.create_engine(service.settings.database)
    with engine.connect() as connection:
        rows = list(connection.scalars(statement))
    engine.dispose()
    return rows


def freeze(process: Process, number: signal.Signals) -> None:
    os.killpg(process.pid, number)
