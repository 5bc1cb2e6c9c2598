"""An S3-compatible store of the tests' own: `rclone serve s3` over a folder to look into."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from support.service import Process, end, free_port, start_alone
from support.waiting import until

KEY_ID, KEY = "key-of-the-test", "secret-of-the-test"
BUCKET = "documents"


class ObjectStore:
    """One store with one bucket, which can be stopped and started."""

    def __init__(self, folder: Path, *options: str, scheme: str = "http") -> None:
        """Keep objects in *folder*; *options* are those of rclone, for TLS."""
        self.bucket = folder / BUCKET
        self.bucket.mkdir(parents=True)
        self._port = free_port()
        self._options = options
        self._process: Process | None = None
        self.settings: dict[str, object] = {
            "files_url": f"s3://{BUCKET}/kept",
            "s3_endpoint": f"{scheme}://127.0.0.1:{self._port}",
            "s3_key_id": KEY_ID,
            "s3_key": KEY,
        }

    def start(self) -> None:
        """Start it and return when it answers."""
        self._process = start_alone(self._command())
        until(self._answers, what="the object store")

    def stop(self) -> None:
        """End it; what it has stays in the folder."""
        if self._process:
            end(self._process)
        self._process = None

    def names(self) -> set[str]:
        """Return the names of all objects."""
        found = (path for path in self.bucket.rglob("*") if path.is_file())
        return {str(path.relative_to(self.bucket)) for path in found}

    def _command(self) -> Sequence[str]:
        # Beside the interpreter: a wheel brought it.
        program = str(Path(sys.executable).with_name("rclone"))
        place = ["--addr", f"127.0.0.1:{self._port}", "--auth-key", f"{KEY_ID},{KEY}"]
        quiet = ["--config", "/dev/null", "--log-level", "ERROR"]
        return [program, "serve", "s3", *place, *quiet, *self._options, str(self.bucket.parent)]

    def _answers(self) -> bool:
        try:
            # Certificates are what tests look at, not this.
            httpx.get(str(self.settings["s3_endpoint"]), verify=False)  # noqa: S501
        except httpx.TransportError:
            return False
        return True


@contextmanager
def object_store(folder: Path, *options: str, scheme: str = "http") -> Iterator[ObjectStore]:
    """Run a store for the length of the block."""
    store = ObjectStore(folder, *options, scheme=scheme)
    store.start()
    try:
        yield store
    finally:
        store.stop()
