"""The file stores: what each must do, and what only one of them can do wrong."""

import io
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import msgspec
import pytest

from ai_prism.core.errors import EmptyDocument, TooLarge
from ai_prism.settings import InvalidSettings, Settings
from ai_prism.storage.files import FileGone, Files, StorageFull, StoreAway, open_files
from support.certificates import certify, make_authority
from support.object_store import KEY, ObjectStore, object_store
from support.waiting import until

BYTES = b"Some text of a document.\n" * 100_000  # more than one chunk
TOMORROW_SECONDS = 24 * 3600


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with object_store(tmp_path_factory.mktemp("store")) as store:
        yield store


@pytest.fixture
def settings(store: ObjectStore, tmp_path: Path) -> Settings:
    """A place of its own in the store for each test."""
    place = {"files_url": f"s3://{store.bucket.name}/{tmp_path.name}"}
    return Settings(data_dir=str(tmp_path), **store.settings | place)


@pytest.fixture(params=["folder", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "folder":
        return open_files(Settings(data_dir=str(tmp_path)))
    return open_files(request.getfixturevalue("settings"))


def keep(files: Files, review_id: str, data: bytes = BYTES) -> str:
    """Keep *data* for a review and return its hash."""
    upload = files.receive(io.BytesIO(data), f"upload-{review_id}", len(data))
    files.keep(upload, review_id)
    files.discard(upload)
    return upload.sha256


def left(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_kept_is_at_hand_until_it_is_deleted(files: Files) -> None:
    sha256 = keep(files, "one")
    assert keep(files, "two") == sha256

    with files.at_hand(sha256, "one") as path:
        assert path.read_bytes() == BYTES
    files.delete(sha256, "one")
    files.delete(sha256, "one")

    with pytest.raises(FileGone), files.at_hand(sha256, "one"):
        pass
    with files.at_hand(sha256, "two") as path:
        assert path.read_bytes() == BYTES


def test_what_is_too_large_or_empty_leaves_nothing(files: Files, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        files.receive(io.BytesIO(b"x" * 101), "large", limit_bytes=100)
    with pytest.raises(EmptyDocument):
        files.receive(io.BytesIO(b""), "empty", limit_bytes=100)

    assert left(tmp_path) == []


def test_what_is_old_is_told_by_name_and_can_be_removed(files: Files) -> None:
    keep(files, "one")

    assert list(files.older_than(time.time() - TOMORROW_SECONDS)) == []
    (name,) = files.older_than(time.time() + TOMORROW_SECONDS)
    files.remove(name)

    assert name.rpartition("/")[2] == "one"
    assert list(files.older_than(time.time() + TOMORROW_SECONDS)) == []


def test_a_store_leaves_nothing_on_this_machine(settings: Settings, store: ObjectStore) -> None:
    files = open_files(settings)
    sha256 = keep(files, "one")

    with files.at_hand(sha256, "one"):
        assert len(left(settings.data_path)) == 1

    assert left(settings.data_path) == []
    kept = f"{settings.data_path.name}/{sha256[:2]}/{sha256}/one"
    assert kept in store.names()


def _hold(settings: Settings, sha256: str) -> None:
    with open_files(settings).at_hand(sha256, "one"):
        signal.pause()


def test_the_copy_of_a_killed_process_is_removed(settings: Settings) -> None:
    sha256 = keep(open_files(settings), "one")
    process = multiprocessing.get_context("fork").Process(target=_hold, args=(settings, sha256))
    process.start()
    # Whole: what is cut off when the process ends may be of any length.
    until(lambda: any(path.stat().st_size == len(BYTES) for path in left(settings.data_path)))
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()

    with open_files(settings).at_hand(sha256, "one") as path:
        assert left(settings.data_path) == [path]


def test_what_is_somebody_elses_is_never_old(settings: Settings, store: ObjectStore) -> None:
    other = store.bucket / settings.data_path.name / "backup" / "of-somebody"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"not ours")

    assert list(open_files(settings).older_than(time.time() + TOMORROW_SECONDS)) == []


def test_nobody_reads_it_without_the_key(settings: Settings, store: ObjectStore) -> None:
    sha256 = keep(open_files(settings), "one")
    place = f"{store.bucket.name}/{settings.data_path.name}/{sha256[:2]}/{sha256}/one"

    answer = httpx.get(f"{settings.s3_endpoint}/{place}")
    stranger = open_files(msgspec.structs.replace(settings, s3_key="x"))

    assert answer.status_code in (400, 401, 403)
    assert BYTES not in answer.content
    with pytest.raises(StoreAway):
        stranger.ask()
    with pytest.raises(StoreAway), stranger.at_hand(sha256, "one"):
        pass
    open_files(settings).ask()


def test_the_key_may_come_from_a_file(store: ObjectStore, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    named = {"s3_key": "", "s3_key_file": str(file)}

    open_files(Settings(data_dir=str(tmp_path), **store.settings | named)).ask()

    file.unlink()
    with pytest.raises(InvalidSettings, match="AI_PRISM_S3_KEY_FILE="):
        open_files(Settings(data_dir=str(tmp_path), **store.settings | named))


def test_a_store_that_is_away_says_so_and_is_used_again_when_it_is_back(
    tmp_path: Path,
) -> None:
    with object_store(tmp_path / "store") as store:
        files = open_files(Settings(data_dir=str(tmp_path / "data"), **store.settings))
        sha256 = keep(files, "one")
        store.stop()

        with pytest.raises(StoreAway):
            keep(files, "two")
        with pytest.raises(StoreAway), files.at_hand(sha256, "one"):
            pass
        # No more than a warning: the search for strays removes it. Nor is it asked again at once.
        files.delete(sha256, "one")
        store.start()
        files.delete(sha256, "one")

        with files.at_hand(sha256, "one") as path:
            assert path.read_bytes() == BYTES


def test_a_store_over_tls_is_trusted_by_the_authority_that_is_named(tmp_path: Path) -> None:
    make_authority(tmp_path, "authority")
    certify(tmp_path, "server", "authority")
    own = ["--cert", str(tmp_path / "server.crt"), "--key", str(tmp_path / "server.key")]
    with object_store(tmp_path / "store", *own, scheme="https") as store:
        settings = Settings(
            data_dir=str(tmp_path / "data"),
            s3_ca_file=str(tmp_path / "authority.crt"),
            **store.settings,
        )
        sha256 = keep(open_files(settings), "one")

        with open_files(settings).at_hand(sha256, "one") as path:
            assert path.read_bytes() == BYTES
        with pytest.raises(StoreAway):
            open_files(msgspec.structs.replace(settings, s3_ca_file="")).ask()


class _Full(BaseHTTPRequestHandler):
    """What MinIO answers to an upload when its disks are full; no store here can be filled."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b"<Error><Code>XMinioStorageFull</Code><Message>full</Message></Error>"
        self.send_response(507)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


def test_a_full_store_is_told_from_one_that_is_away(tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), _Full) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}"
        place = {"files_url": "s3://documents", "s3_endpoint": endpoint}
        keys = {"s3_key_id": "x", "s3_key": "x"}
        files = open_files(Settings(data_dir=str(tmp_path), **place, **keys))
        upload = files.receive(io.BytesIO(BYTES), "upload", len(BYTES))

        with pytest.raises(StorageFull):
            files.keep(upload, "one")
        server.shutdown()


@pytest.mark.parametrize("url", ["documents", "s3://", "https://store/documents"])
def test_a_store_that_cannot_be_told_is_refused_at_the_start(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="AI_PRISM_FILES_URL="):
        open_files(Settings(data_dir=str(tmp_path), files_url=url))
