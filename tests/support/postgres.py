"""A PostgreSQL of the tests' own: a folder, a Unix socket, no network."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def find_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


class Server:
    """One PostgreSQL, which can be stopped and started."""

    def __init__(self, programs: Path, folder: Path) -> None:
        """Make its files in *folder*, with *programs*."""
        self._control = [programs / "pg_ctl", "-w", "-D", folder / "data"]
        self._log, self._options = folder / "log", f"-k {folder} -c listen_addresses= -c fsync=off"
        self.url = f"postgresql+psycopg://prism@/postgres?host={folder}"
        shutil.chown(folder, _user())
        make = ["--auth=trust", "--no-sync", "-U", "prism", "-D", folder / "data"]
        _run([programs / "initdb", *make])

    def start(self) -> None:
        """Start it and return when it answers."""
        _run([*self._control, "-l", self._log, "-o", self._options, "start"])

    def stop(self) -> None:
        """Stop it at once, as a crash would: it recovers at the next start."""
        _run([*self._control, "-m", "immediate", "stop"])


@contextmanager
def server(programs: Path) -> Iterator[Server]:
    """Run a server with an empty database for the length of the block."""
    # A short path: a Unix socket's name has room for about a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="ai-prism-pg-"))
    try:
        made = Server(programs, folder)
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder)


@contextmanager
def postgres(programs: Path) -> Iterator[str]:
    """Run a server for the length of the block and give the URL of an empty database."""
    with server(programs) as made:
        yield made.url


def _user() -> str:
    """Return who runs the server: PostgreSQL refuses root."""
    return "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name


def _run(command: Sequence[str | Path]) -> None:
    as_user = {"user": _user()} if os.getuid() == 0 else {}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **as_user)
