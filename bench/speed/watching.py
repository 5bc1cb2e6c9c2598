"""Many open event streams on one web process: memory of each, time from commit to client, uploads.

Each stream belongs to another person and watches a review of theirs that is under way. An event is
what a worker makes: a row of the database gets a new version, and a hint goes to Redis.
"""

import os
import selectors
import socket
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa

from ai_prism.app import create_app
from ai_prism.core.model import Party
from ai_prism.storage.changes import Change, change_of
from ai_prism.storage.database import Database
from ai_prism.storage.events import Events
from ai_prism.storage.tables import State, reviews
from speed import Table, load, milliseconds
from speed.submit import a_large_document
from support.processes import children, command, descendants
from support.service import Service
from support.waiting import until

_WATCHERS = (100, 1000, 2000)
_EVENTS_A_SECOND = 100
_SECONDS = 10.0
_UPLOAD_SECONDS = 5.0

#: When each version of each review was committed, or came.
_Times = dict[tuple[str, int], float]


def measure() -> Table:
    """Return a row for each number of watchers."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        document = a_large_document(Path(folder))
        for count in _WATCHERS:
            rows.append(_row(Path(folder, str(count)), document, count))
    return Table(
        "Watching",
        f"Open streams of as many people on one web process; {_EVENTS_A_SECOND} events a second, "
        "each committed to the database, told to Redis and received by the one who watches. "
        "Uploads are those of one client, 1 MB each, without and with the streams and events.",
        (
            *("streams", "opened in s", "KB each", "events", "received", "p50 ms", "p99 ms"),
            *("upload p50 ms", "with streams", "ratio"),
        ),
        rows,
    )


def _row(folder: Path, document: Path, count: int) -> list[str]:
    service = Service(folder, web_threads=count + 128, lease_seconds=600.0)
    try:
        service.start(slots=0)
        ids, cookies = _reviews(service, count)
        load.upload(service.port, document, 1, 1.0)
        alone = load.upload(service.port, document, 1, _UPLOAD_SECONDS).seconds
        before = _web_bytes()
        begun = time.perf_counter()
        watchers = Watchers(service.port, ids, cookies)
        opened = time.perf_counter() - begun
        each = (_web_bytes() - before) / count
        sent, latencies = _publish(service, watchers, ids)
        beside = _uploads_meanwhile(service, watchers, ids, document)
        watchers.close()
    finally:
        service.stop()
    return [
        f"{count:,}",
        f"{opened:.1f}",
        f"{each / 1e3:.0f}",
        f"{sent:,}",
        f"{len(latencies):,}",
        milliseconds(latencies),
        milliseconds(latencies, 0.99),
        milliseconds(alone),
        milliseconds(beside),
        f"{float(milliseconds(beside)) / float(milliseconds(alone)):.2f}",
    ]


def _reviews(service: Service, count: int) -> tuple[list[str], list[str]]:
    """Return the ids of new reviews under way, each of another owner, and the owners' cookies."""
    app = create_app(service.settings)
    made, signer = app.extensions["ai_prism"], app.session_interface.get_signing_serializer(app)
    row = {
        "name": "plan.md",
        "media_type": "text/markdown",
        "sha256": "0" * 64,
        "bytes": 1,
        "playbook": "",
        "party": Party.NEUTRAL,
        "state": State.PROGRESS,
        "stage": "checks",
        "version": 1,
        "total": 1_000_000,
        "lease_owner": "bench",
        "lease_until": time.time() + 600,
        "created_at": time.time(),
        "queued_at": time.time(),
        "started_at": time.time(),
    }
    ids = [f"{number:036d}" for number in range(count)]
    rows = [row | {"id": review_id, "owner": f"owner {review_id}"} for review_id in ids]
    with made.database.writing() as connection:
        connection.execute(sa.insert(reviews), rows)
    return ids, [signer.dumps({"owner": f"owner {review_id}"}) for review_id in ids]


class Watchers:
    """Open streams, read by one thread; when which version came is noted."""

    def __init__(self, port: int, ids: list[str], cookies: list[str]) -> None:
        """Open a stream for each of *ids*, and return when each has its snapshot."""
        self.received: _Times = {}
        self._selector = selectors.DefaultSelector()
        self._done = False
        for review_id, cookie in zip(ids, cookies, strict=True):
            opened = socket.create_connection(("127.0.0.1", port))
            request = (
                f"GET /events/{review_id} HTTP/1.1\r\nHost: x\r\nCookie: ai_prism={cookie}\r\n\r\n"
            )
            opened.sendall(request.encode())
            self._selector.register(opened, selectors.EVENT_READ, review_id)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        try:
            until(lambda: len(self.received) >= len(ids), seconds=120, what="all streams")
        except BaseException:
            print(f"only {len(self.received)} of {len(ids)} streams opened", file=sys.stderr)
            self.close()
            raise

    def close(self) -> None:
        """End all streams."""
        self._done = True
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()

    def _read(self) -> None:
        while not self._done:
            for key, _ in self._selector.select(0.2):
                text = key.fileobj.recv(65536)
                now = time.time()
                if not text:
                    self._selector.unregister(key.fileobj)
                    continue
                for line in text.split(b"\n"):
                    if line.startswith(b"id: "):
                        self.received[key.data, int(line[4:])] = now


def _publish(
    service: Service, watchers: Watchers, ids: list[str], seconds: float = _SECONDS
) -> tuple[int, list[float]]:
    """Return how many events were made, and how long each took that came within two seconds."""
    database, events = Database(service.settings.database), Events(service.settings)
    sent: _Times = {}
    begun = time.time()
    for number in range(int(seconds * _EVENTS_A_SECOND)):
        time.sleep(max(0.0, begun + number / _EVENTS_A_SECOND - time.time()))
        change = _next_version(database, ids[number % len(ids)])
        sent[change.task_id, change.version] = time.time()
        events.publish(change)
    time.sleep(2.0)
    database.close()
    return len(sent), list(_latencies(sent, watchers.received))


def _latencies(sent: _Times, received: _Times) -> Iterator[float]:
    """Yield how long each event took that came, by itself or together with a later one."""
    came: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for (review_id, version), at in received.items():
        came[review_id].append((version, at))
    for (review_id, version), at in sent.items():
        told = [later for reached, later in came[review_id] if reached >= version]
        if told:
            yield min(told) - at


def _next_version(database: Database, review_id: str) -> Change:
    step = (
        sa.update(reviews)
        .where(reviews.c.id == review_id)
        .values(version=reviews.c.version + 1, done=reviews.c.done + 1)
        .returning(reviews)
    )
    with database.writing() as connection:
        return change_of(connection.execute(step).mappings().one())


def _uploads_meanwhile(
    service: Service, watchers: Watchers, ids: list[str], document: Path
) -> list[float]:
    with ThreadPoolExecutor(1) as pool:
        events = pool.submit(_publish, service, watchers, ids, _UPLOAD_SECONDS + 2)
        seconds = load.upload(service.port, document, 1, _UPLOAD_SECONDS).seconds
        events.result()
    return seconds


def _web_bytes() -> int:
    roots = [pid for pid in children(os.getpid()) if "ai_prism web" in command(pid)]
    return sum(_own_bytes(p) for root in roots for p in (root, *descendants(root)))


def _own_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
