"""A real AI-Prism for tests: own data folder, free ports, own Redis; each process can be killed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import httpx

from ai_prism import redis_server
from ai_prism.core.processes import die_with_parent
from ai_prism.settings import Settings
from support.waiting import until

Process = subprocess.Popen[bytes]

TESTS = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """Starts and ends the processes of one AI-Prism."""

    def __init__(self, folder: Path, **settings: object) -> None:
        """Keep everything in *folder*; *settings* are those of `Settings`."""
        self.folder = folder
        self.gate = folder / "gate"
        self.gate.mkdir(parents=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        # No limits: one client of a test sends more than a person does.
        limits = ("uploads_per_minute", "waiting_limit", "stored_bytes_limit", "queue_limit")
        quick: dict[str, object] = {"lease_seconds": 3.0, "web_threads": 64}
        quick |= dict.fromkeys(limits, 0)
        values = quick | settings | {"data_dir": str(folder / "data"), "port": self.port}
        self.settings = Settings(**values)
        self.environment = {
            **os.environ,
            **self.settings.as_environment(),
            "GATE": str(self.gate),
            "PYTHONPATH": str(TESTS),
        }
        self._processes: list[Process] = []
        self._clients: list[Client] = []
        # Kept for all looks: making one takes longer than a look.
        self._looks = httpx.Client(base_url=self.url)
        self._log: IO[bytes] = (folder / "log.txt").open("wb")

    def start(self, slots: int = 1) -> "Service":
        """Start Redis, the web server and, beside it, a worker; return when the server answers."""
        self.start_redis()
        if slots:
            self.start_worker(slots)
        self.start_web()
        return self

    def start_redis(self) -> Process:
        binary = redis_server.find_binary()
        assert binary is not None, redis_server.ADVICE
        process = self.run(redis_server.command(binary, self.settings))
        assert redis_server.wait_until_answering(self.settings, process), self.log
        return process

    def start_web(self) -> Process:
        process = self.run([sys.executable, "-m", "ai_prism", "web"])
        until(lambda: self._answers("/health"), what=f"the web server; {self.folder / 'log.txt'}")
        return process

    def start_worker(self, slots: int = 1, queue: str = "") -> Process:
        """Start a worker on *queue*, or on all of them."""
        arguments = ["worker", f"--slots={slots}", *([f"--queue={queue}"] if queue else [])]
        return self.run([sys.executable, "-m", "ai_prism", *arguments])

    def run(self, command: Sequence[str]) -> Process:
        """Start *command* in a session of its own, so that all it starts can be ended too."""
        process = subprocess.Popen(
            command,
            env=self.environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        self._processes.append(process)
        return process

    def wait_until_ready(self) -> None:
        """Return when database, Redis and a worker answer."""
        until(lambda: self._answers("/ready"), what=f"readiness; {self.folder / 'log.txt'}")

    def entered(self) -> int:
        """Return how often a gated reviewer has begun a section."""
        return len(list(self.gate.glob("entered-*")))

    def open_gate(self) -> None:
        """Let gated reviewers go on."""
        (self.gate / "open").touch()

    @property
    def log(self) -> str:
        """What the processes have said."""
        return (self.folder / "log.txt").read_text(errors="replace")

    def client(self) -> "Client":
        """Return a newcomer's browser, as it were."""
        self._clients.append(Client(self.url))
        return self._clients[-1]

    def stop(self) -> None:
        """Kill every process that was started, the last first: nothing of them is looked at again.

        How they end when they are asked to is what tests of that see.
        """
        for client in (self._looks, *self._clients):
            client.close()
        while self._processes:
            kill(self._processes.pop())
        self._log.close()
        shutil.rmtree(self.settings.redis_socket.parent, ignore_errors=True)

    def _answers(self, path: str) -> bool:
        try:
            return self._looks.get(path).status_code == 200
        except httpx.TransportError:
            return False


class Client(httpx.Client):
    """A browser session: keeps its cookie, knows the calls."""

    def __init__(self, url: str) -> None:
        super().__init__(base_url=url, timeout=40)

    def send_document(self, path: Path, **headers: str) -> httpx.Response:
        """Return the answer to *path*, uploaded."""
        document = (path.name, path.read_bytes())
        return self.post("/upload", files={"document": document}, headers=headers)

    def upload(self, path: Path, guidelines: str = "", **fields: str) -> str:
        """Return the task id of *path*, uploaded with a playbook and other *fields* of the form."""
        files = {"document": (path.name, path.read_bytes())}
        if guidelines:
            files["guidelines"] = ("guidelines.yml", guidelines.encode())
        answer = self.post("/upload", files=files, data=fields)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["task_id"])

    def status(self, review_id: str, wait: float = 0) -> dict[str, object]:
        """Return the state of a review, after *wait* seconds at most."""
        answer = self.get(f"/status/{review_id}", params={"wait": wait})
        assert answer.status_code == 200, answer.text
        state: dict[str, object] = answer.json()
        return state

    def wait_for_end(self, review_id: str, seconds: float = 60) -> dict[str, object]:
        """Return the final state of a review."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            state = self.status(review_id, wait=5)
            if state["state"] in ("SUCCESS", "FAILURE", "REVOKED"):
                return state
        raise AssertionError(f"not done after {seconds} s: {state}")

    def wait_for_state(self, review_id: str, *states: str) -> None:
        """Return when a review is in one of *states*."""
        until(lambda: self.status(review_id)["state"] in states, what=f"{states}")

    def as_browser_state(self) -> dict[str, object]:
        """Return what makes a browser of Playwright come as this client, its `storage_state`."""
        cookie = {"name": "ai_prism", "value": self.cookies["ai_prism"], "url": str(self.base_url)}
        return {"cookies": [cookie | {"expires": -1}], "origins": []}

    def review(self, review_id: str) -> dict[str, object]:
        """Return a review as JSON."""
        answer = self.get(f"/reviews/{review_id}", headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        review: dict[str, object] = answer.json()
        return review


def start_alone(command: Sequence[str]) -> Process:
    """Start *command* without a service around it; `end` ends it."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )


def end(process: Process) -> None:
    """Ask *process* to stop, then end whatever of its group is left."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def kill(process: Process) -> None:
    """Kill *process* and what it started, without a word."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
