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


@contextmanager
def postgres(programs: Path) -> Iterator[str]:
    """Run a server for the length of the block and give the URL of an empty database."""
    # A short path: a Unix socket's name has room for about a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="ai-prism-pg-"))
    user = _user()
    try:
        shutil.chown(folder, user)
        data = folder / "data"
        _run(user, [programs / "initdb", "--auth=trust", "--no-sync", "-U", "prism", "-D", data])
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        log = folder / "log"
        start = [programs / "pg_ctl", "-w", "-D", data, "-l", log, "-o", options, "start"]
        _run(user, start)
        try:
            yield f"postgresql+psycopg://prism@/postgres?host={folder}"
        finally:
            _run(user, [programs / "pg_ctl", "-w", "-m", "immediate", "-D", data, "stop"])
    finally:
        shutil.rmtree(folder)


def _user() -> str:
    """Return who runs the server: PostgreSQL refuses root."""
    return "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name


def _run(user: str, command: Sequence[str | Path]) -> None:
    as_user = {"user": user} if os.getuid() == 0 else {}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **as_user)
