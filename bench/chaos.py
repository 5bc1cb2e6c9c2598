"""What kills cost: uploads go on while the service's processes are killed at random.

The whole service runs under its own supervisor. Web, workers (parents and pool processes), readers
and Redis get SIGKILL in the order that a printed seed gives; every second time Redis also loses its
files. At the end every upload that was answered with 202 is accounted for.

How soon work goes on is the time from a kill to the end of the next review. When another kill comes
before that, the first one waits for both; so each is counted as it is, and also only those that no
other followed before work went on.

    make chaos UPLOADS=500 KILLS=100 SEED=1
    make chaos DATABASE=postgresql

Exit code 1 when a document was lost or a finding is not there exactly once.
"""

import argparse
import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import httpx
import sqlalchemy as sa

from ai_prism import examples
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.storage.tables import FINAL, State, findings, reviews
from support.postgres import find_programs, postgres
from support.processes import children, command, descendants
from support.service import Service

#: A kill, then this long until the next: the supervisor's pauses are part of what is tried.
PAUSES_SECONDS = (0.3, 2.5)
KINDS = ["web", "worker", "pool or reader", "redis", "redis, emptied"]
#: What is left at the end is waited for as long as reviews end: how long depends on the machine.
SETTLING_SECONDS = 90
DOCUMENTS = [examples.path(example.name) for example in examples.EXAMPLES]


def main() -> int:
    """Run the chaos and print what came of it."""
    options = _options()
    print(f"seed {options.seed}, {options.uploads} uploads, {options.kills} kills")
    database = _postgres() if options.database == "postgresql" else nullcontext("")
    with tempfile.TemporaryDirectory() as folder, database as url:
        service = Service(
            Path(folder) / "service", database_url=url, worker_slots=2, lease_seconds=5.0
        )
        try:
            return Chaos(service, options.seed).run(options.uploads, options.kills)
        finally:
            service.stop()
            if options.log:
                shutil.copy(service.folder / "log.txt", options.log)


class Kill(NamedTuple):
    """One process killed."""

    kind: str
    at: float  #: seconds since 1970, as reviews have it


class Wait(NamedTuple):
    """How long it took from a kill until the next review ended."""

    kind: str
    began_at: float  #: seconds since 1970
    seconds: float
    is_overtaken: bool  #: another kill came before that


class Chaos:
    """One run: somebody uploads, somebody kills, and in the end the books are checked."""

    def __init__(self, service: Service, seed: int) -> None:
        """Torment *service* in the order that *seed* gives."""
        self._service = service
        self._random = random.Random(seed)
        self._up = service.run([sys.executable, "-m", "ai_prism", "up"])
        self._kills: list[Kill] = []
        self._accepted: dict[str, Path] = {}
        self._refused = 0
        self._killing_done = threading.Event()

    def run(self, uploads: int, kills: int) -> int:
        """Return 0 when nothing was lost and nothing doubled."""
        self._service.wait_until_ready()
        killer = threading.Thread(target=self._kill, args=(kills,))
        killer.start()
        self._upload(uploads)
        killer.join()
        self._settle()
        return self._check()

    def _upload(self, count: int) -> None:
        """Upload *count* documents, and go on while anything is killed.

        Each has a key of its own, so that one whose answer was lost can be sent again.
        """
        pause = sum(PAUSES_SECONDS) / 2
        with self._service.client() as client:
            for number in range(count):
                path = DOCUMENTS[number % len(DOCUMENTS)]
                self._send(client, path, key=str(uuid.uuid4()))
                if not self._killing_done.is_set():
                    self._killing_done.wait(pause / 5)

    def _send(self, client: httpx.Client, path: Path, key: str) -> None:
        while True:
            try:
                answer = client.post(
                    "/upload",
                    files={"document": (path.name, path.read_bytes())},
                    headers={"Idempotency-Key": key},
                )
            except httpx.TransportError:
                self._refused += 1
                time.sleep(0.1)
                continue
            if answer.status_code == 202:
                self._accepted[answer.json()["task_id"]] = path
                return
            self._refused += 1
            time.sleep(0.1)

    def _kill(self, count: int) -> None:
        while len(self._kills) < count:
            time.sleep(self._random.uniform(*PAUSES_SECONDS))
            kind = self._random.choice(KINDS)
            victims = self._victims(kind)
            if not victims:
                continue
            try:
                self._kill_one(kind, self._random.choice(victims))
            except ProcessLookupError:
                continue
            self._kills.append(Kill(kind, time.time()))
        self._killing_done.set()

    def _kill_one(self, kind: str, pid: int) -> None:
        if kind == "redis, emptied":
            # Frozen first: nobody may start the next one while the files are still there.
            os.kill(pid, signal.SIGSTOP)
            for path in (self._service.settings.data_path / "redis").glob("append*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        os.kill(pid, signal.SIGKILL)

    def _victims(self, kind: str) -> list[int]:
        running = {pid: command(pid) for pid in children(self._up.pid)}
        words = {"web": "ai_prism web", "worker": "ai_prism worker", "redis": "redis-server"}
        if kind != "pool or reader":
            word = words[kind.split(",")[0]]
            return [pid for pid, line in running.items() if word in line]
        workers = [pid for pid, line in running.items() if words["worker"] in line]
        return [pid for worker in workers for pid in descendants(worker)]

    def _settle(self) -> None:
        """Wait until every review has ended, or none ends any more."""
        left, since = self._open(), time.monotonic()
        while left and time.monotonic() < since + SETTLING_SECONDS:
            time.sleep(0.2)
            if (still := self._open()) != left:
                left, since = still, time.monotonic()

    def _open(self) -> int:
        with self._connection() as connection:
            still = sa.select(sa.func.count()).where(reviews.c.state.not_in(FINAL))
            return connection.scalar(still) or 0

    def _check(self) -> int:
        expected = {path: _finding_ids(path) for path in DOCUMENTS}
        with self._connection() as connection:
            states = {
                row.id: State(row.state)
                for row in connection.execute(sa.select(reviews.c.id, reviews.c.state))
            }
            found: dict[str, Counter[str]] = {}
            for row in connection.execute(sa.select(findings.c.review_id, findings.c.id)):
                found.setdefault(row.review_id, Counter())[row.id] += 1
            done = sa.select(reviews.c.finished_at).where(reviews.c.state.in_(FINAL))
            ended = sorted(connection.scalars(done))
        lost = [i for i in self._accepted if states.get(i) is not State.SUCCESS]
        doubled = [
            i for i, path in self._accepted.items() if i not in lost and found[i] != expected[path]
        ]
        self._print(states, lost, doubled, ended)
        return 1 if lost or doubled else 0

    def _reasons(self, lost: list[str]) -> dict[str, str]:
        """Return the codes of the reviews that did not succeed, or their states."""
        asked = sa.select(reviews.c.id, sa.func.coalesce(reviews.c.error_code, reviews.c.state))
        with self._connection() as connection:
            rows = connection.execute(asked.where(reviews.c.id.in_(lost)))
            found = {row[0]: row[1] for row in rows}
        return {review_id: found.get(review_id, "no row") for review_id in lost}

    def _print(
        self,
        states: dict[str, State],
        lost: list[str],
        doubled: list[str],
        ended: list[float],
    ) -> None:
        print(f"answered 202      {len(self._accepted)} (sent again {self._refused} times)")
        print(f"kills             {len(self._kills)}")
        print(f"ended             {dict(Counter(states.values()))}")
        print(f"lost              {len(lost)} {self._reasons(lost)}")
        print(f"not exactly once  {len(doubled)} {doubled[:5]}")
        waits = [
            Wait(kill.kind, kill.at, end - kill.at, any(kill.at < k.at <= end for k in self._kills))
            for kill in self._kills
            if (end := next((end for end in ended if end >= kill.at), None))
        ]
        if idle := len(self._kills) - len(waits):
            print(f"kills after the last review had ended, not counted below: {idle}")
        print("from a kill to the next finished review, median and longest:")
        _print_waits("all kills", waits)
        for kind in KINDS:
            _print_waits(f"  {kind}", [wait for wait in waits if wait.kind == kind])
        _print_waits("no other in between", [wait for wait in waits if not wait.is_overtaken])
        for kind in KINDS:
            alone = [w for w in waits if w.kind == kind and not w.is_overtaken]
            _print_waits(f"  {kind}", alone)
        _print_longest(self._kills, waits)

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        engine = sa.create_engine(self._service.settings.database)
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def _print_longest(kills: list[Kill], waits: list[Wait]) -> None:
    """Say what was killed in the longest wait, for it is seldom one kill that makes it."""
    longest = max(waits, key=lambda wait: wait.seconds)
    end = longest.began_at + longest.seconds
    within = [kill for kill in kills if longest.began_at <= kill.at <= end]
    told = ", ".join(f"{kill.at - longest.began_at:.1f} s {kill.kind}" for kill in within)
    began = datetime.fromtimestamp(longest.began_at).astimezone()
    print(f"killed in the longest, from {began:%H:%M:%S}: {told}")


def _print_waits(name: str, waits: list[Wait]) -> None:
    seconds = [wait.seconds for wait in waits]
    told = f"{statistics.median(seconds):5.1f} s {max(seconds):5.1f} s" if seconds else "none"
    print(f"{name:20} {len(seconds):4}  {told}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--uploads", type=int, default=500)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--log", help="a file to keep what the service said in")
    return parser.parse_args()


@contextmanager
def _postgres() -> Iterator[str]:
    programs = find_programs()
    if programs is None:
        sys.exit("PostgreSQL is not installed.")
    with postgres(programs) as url:
        yield url


def _finding_ids(path: Path) -> Counter[str]:
    return Counter(finding.id for finding in DocumentAnalyzer().analyze(path).findings)


if __name__ == "__main__":
    sys.exit(main())
