"""`ai-prism submit` against a server that fails in every way that servers do."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ai_prism.cli import main, transport
from support.waiting import until

FINDING = {"severity": "medium"}


class Stub(ThreadingHTTPServer):
    """Answers as the service does, but for what it is told to do first."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.uploads: list[tuple[dict[str, str], bytes]] = []
        self.resumed: list[str | None] = []
        self.asked: list[str] = []
        self.refusals: list[int] = []
        self.streams = ["end"]
        self.end = {"state": "SUCCESS", "progress": {"stage": "risk", "done": 1, "total": 1}}
        self.review = {"findings": [FINDING], "problems": []}


class Handler(BaseHTTPRequestHandler):
    server: Stub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.uploads.append((dict(self.headers), body))
        if self.server.refusals:
            status = self.server.refusals.pop(0)
            if not status:
                self.close_connection = True  # cut off: not a word
                return
            self._answer({"title": "Not now.", "advice": "Wait."}, status, **{"Retry-After": "0"})
        else:
            cookie = {"Set-Cookie": "session=one; HttpOnly; Path=/; Max-Age=1000"}
            self._answer({"task_id": "abc"}, 202, **cookie)

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path.startswith("/events/"):
            self._stream(self.server.streams.pop(0))
        elif self.path.startswith("/status/"):
            self._answer(self.server.end)
        elif self.path.startswith("/reviews/abc/report.json"):
            self._answer(self.server.review)
        elif self.path.startswith("/reviews/abc/report."):
            self._answer({"report": self.path})
        else:
            self._answer({"title": "Not here."}, 404)

    def _stream(self, how: str) -> None:
        self.server.resumed.append(self.headers["Last-Event-ID"])
        if how == "refuse":
            self._answer({"title": "Too many open streams."}, 503)
            return
        self.send_response(200)
        self.end_headers()
        began = {"state": "PROGRESS", "progress": {"stage": "checks", "done": 1, "total": 9}}
        self._event(3, began)
        if how == "hang":
            threading.Event().wait(60)
        elif how == "end":
            self.wfile.write(b'event: queue\ndata: {"progress": {"stage": "checks"}}\n\n')
            self._event(4, self.server.end)

    def _event(self, version: int, told: object) -> None:
        data = f"event: change\nid: {version}\ndata: {json.dumps(told)}\n\n"
        self.wfile.write(data.encode())

    def _answer(self, told: object, status: int = 200, **headers: str) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / 'plän "1".md'
    path.write_text("# Plan\n\nThe budget is TODO.\n")
    return path


def submit(stub: Stub, *arguments: object) -> Result:
    options = [str(argument) for argument in arguments]
    return CliRunner().invoke(main, ["submit", "--server", stub.url, *options])


def test_a_document_is_sent_followed_and_its_report_brought_back(stub: Stub, file: Path) -> None:
    result = submit(stub, file, "--format", "md", "--party", "customer", "--include", "open")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"report": "/reviews/abc/report.md?include=open"}
    ((_, body),) = stub.uploads
    assert 'filename="plän %221%22.md"'.encode() in body
    assert b'name="party"\r\n\r\ncustomer\r\n' in body
    assert b"The budget is TODO.\n\r\n--" in body


def test_one_stays_the_same_to_a_service_that_asks_nobody(stub: Stub, file: Path) -> None:
    submit(stub, file)
    stub.streams = ["end"]
    submit(stub, file)

    assert [headers.get("Cookie") for headers, _ in stub.uploads] == [None, "session=one"]
    (kept,) = (file.parent / "state/ai-prism").iterdir()
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("refusals", [[503, 429], [0, 502]])
def test_an_upload_that_was_refused_for_now_or_cut_is_sent_again_as_the_same(
    stub: Stub, file: Path, refusals: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_LONGEST_PAUSE_SECONDS", 0.01)
    stub.refusals = refusals

    result = submit(stub, file)

    assert result.exit_code == 0
    assert len(stub.uploads) == 3
    assert len({headers["Idempotency-Key"] for headers, _ in stub.uploads}) == 1


def test_a_stream_that_was_cut_goes_on_after_what_was_seen(
    stub: Stub, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_LONGEST_PAUSE_SECONDS", 0.01)
    stub.streams = ["cut", "end"]
    stub.end, final = {"state": "PROGRESS"}, stub.end

    def finish() -> None:
        until(lambda: any("/status/" in path for path in stub.asked), what="a question")
        stub.end = final

    thread = threading.Thread(target=finish)
    thread.start()
    result = submit(stub, file)
    thread.join()

    assert result.exit_code == 0
    assert stub.resumed[:1] == [None]
    assert all(last == "3" for last in stub.resumed[1:])


def test_without_room_for_a_stream_the_state_is_asked_for(stub: Stub, file: Path) -> None:
    stub.streams = ["refuse"]

    result = submit(stub, file)

    assert result.exit_code == 0
    assert any(path.startswith("/status/abc?wait=") for path in stub.asked)


@pytest.mark.parametrize(
    ("findings", "problems", "threshold", "code"),
    [
        ([FINDING], [], "high", 0),
        ([FINDING], [], "medium", 1),
        ([], [{"code": "check_failed"}], "low", 2),
        ([FINDING], [], None, 0),
    ],
)
def test_the_exit_codes_are_those_of_a_review(
    stub: Stub,
    file: Path,
    findings: list[object],
    problems: list[object],
    threshold: str,
    code: int,
) -> None:
    stub.review = {"findings": findings, "problems": problems}

    assert submit(stub, file, *(["--fail-on", threshold] if threshold else [])).exit_code == code


def test_a_review_that_fails_is_said_with_what_to_do(stub: Stub, file: Path) -> None:
    error = {"code": "corrupt", "message": "It is damaged.", "advice": "Save it anew."}
    stub.end = {"state": "FAILURE", "error": error}

    result = submit(stub, file)

    assert result.exit_code == 2
    assert "It is damaged. Save it anew." in result.stderr


def test_a_token_goes_along_from_the_environment_or_a_file(
    stub: Stub, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AI_PRISM_TOKEN", "of-the-environment")
    (tmp_path / "token").write_text("of-a-file\n")

    submit(stub, file)
    stub.streams = ["end"]
    submit(stub, file, "--token-file", tmp_path / "token")

    sent = [headers["Authorization"] for headers, _ in stub.uploads]
    assert sent == ["Bearer of-the-environment", "Bearer of-a-file"]


def test_a_token_follows_nobody_elsewhere(stub: Stub, file: Path) -> None:
    stub.refusals = [302]

    result = submit(stub, file)

    assert result.exit_code == 2
    assert "elsewhere" in result.stderr
    assert len(stub.uploads) == 1


def test_a_server_that_is_not_there_is_said(
    stub: Stub, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_PATIENCE_SECONDS", 0.0)
    stub.server_close()

    result = submit(stub, file)

    assert result.exit_code == 2
    assert "does not answer" in result.stderr


def test_an_interrupt_says_where_the_review_goes_on(stub: Stub, file: Path) -> None:
    stub.streams = ["hang"]
    # What runs in the background of a shell ignores interrupts, and so would its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-m", "ai_prism", "submit", "--server", stub.url, str(file)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ})
    until(lambda: stub.resumed, what="a stream")

    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert f"The review goes on: {stub.url}/reviews/abc" in said.decode()


def test_an_address_that_is_none_is_refused(file: Path) -> None:
    result = CliRunner().invoke(main, ["submit", "--server", "file:///etc", str(file)])

    assert result.exit_code == 2
    assert "name an address" in result.stderr
