"""Make .venv from the locked dependencies, with nothing but a Python on the machine.

Debian's python3 comes without pip, ensurepip and certificates: what is missing is fetched and
checked by its hash. Run by `make setup`; quick when nothing changed, safe to interrupt.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pip_wheel import DownloadFailed, fetch_pip
from redis_server import add_redis_server

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "set-up-for"
LOCKS = {
    "run": ROOT / "requirements.txt",
    "container": ROOT / "requirements-postgres.txt",
    "llm": ROOT / "requirements-llm.txt",
    "dev": ROOT / "requirements-dev.txt",
}

OLDEST = (3, 11)
#: Up to 3.12 first: for those a Redis server comes with the locked packages.
INTERPRETERS = ("python3.12", "python3.11", "python3", "python3.13", "python3.14")


class SetupFailed(Exception):
    """The environment cannot be made; the message says why and what to do."""


def main() -> int:
    """Set up what the command line asks for and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("purpose", choices=sorted(LOCKS), help="what the environment is for")
    purpose = parser.parse_args().purpose
    try:
        with _alone():
            if not _is_current(purpose):
                _set_up(purpose)
    except (SetupFailed, DownloadFailed, OSError) as error:
        print(f"Set-up failed: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nSet-up interrupted: run it again to go on.", file=sys.stderr)
        return 130
    return 0


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other set-up works on the same folder: `make run` beside `make test`."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _is_current(purpose: str) -> bool:
    if not STAMP.is_file():
        return False
    # What development needs holds all that the other purposes need.
    enough = [purpose, "dev"] if LOCKS["dev"].is_file() else [purpose]
    return STAMP.read_text() in map(_key, enough)


def _key(purpose: str) -> str:
    """Return a digest of all that decides what the environment holds."""
    digest = hashlib.sha256(f"{ENVIRONMENT} {(ENVIRONMENT / 'bin/python').resolve()}".encode())
    ours = sorted(Path(__file__).parent.glob("*.py"))
    for path in (LOCKS[purpose], ROOT / "pyproject.toml", *ours):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{purpose} {digest.hexdigest()}\n"


def _set_up(purpose: str) -> None:
    started = time.monotonic()
    if not _is_sound():
        _make_environment()
    # Without its stamp an interrupted set-up is taken up again by the next.
    STAMP.unlink(missing_ok=True)
    lock = LOCKS[purpose]
    print(f"Installing what {lock.name} locks ...", flush=True)
    _pip("install", "--require-hashes", "--only-binary=:all:", "-r", lock)
    _pip("install", "--no-build-isolation", "--no-deps", "--editable", ROOT)
    add_redis_server(_pip, lock, ENVIRONMENT / "bin/redis-server")
    _write_whole(STAMP, _key(purpose))
    print(f"Set up in {time.monotonic() - started:.0f} s: {ENVIRONMENT}", flush=True)


def _is_sound() -> bool:
    """Return whether the environment works and stands where it was made: its scripts name it."""
    settings = ENVIRONMENT / "pyvenv.cfg"
    if not settings.is_file() or str(ENVIRONMENT) not in settings.read_text():
        return False
    return _answers(ENVIRONMENT / "bin/python", "import pip")


def _make_environment() -> None:
    if _holds_something_else():
        raise SetupFailed(f"{ENVIRONMENT} is no Python environment: move it away and run again.")
    python = _interpreter()
    print(f"Making {ENVIRONMENT} with {python} ...", flush=True)
    _run(python, "-m", "venv", "--clear", "--without-pip", ENVIRONMENT)
    if _answers(python, "import ensurepip"):
        _run(ENVIRONMENT / "bin/python", "-Im", "ensurepip", "--default-pip", quiet=True)
    else:
        _install_pip()


def _holds_something_else() -> bool:
    if not ENVIRONMENT.is_dir():
        return ENVIRONMENT.exists()
    return not (ENVIRONMENT / "pyvenv.cfg").is_file() and any(ENVIRONMENT.iterdir())


def _interpreter() -> str:
    asked = os.environ.get("PYTHON")
    for name in (asked,) if asked else INTERPRETERS:
        if _answers(name, f"import sys, venv; sys.exit(sys.version_info < {OLDEST})"):
            return name
    looked_for = asked or "python3"
    raise SetupFailed(
        f"{looked_for} is not Python {OLDEST[0]}.{OLDEST[1]} or newer. Install one, or name it:"
        " make setup PYTHON=/path/to/python3"
    )


def _install_pip() -> None:
    with tempfile.TemporaryDirectory() as folder:
        wheel = fetch_pip(Path(folder))
        # A wheel is a zip archive, and Python runs programs out of those.
        _run_pip(wheel / "pip", "install", "--no-index", "--no-deps", wheel)


def _pip(*arguments: str | Path) -> None:
    try:
        _run_pip("-m", "pip", *arguments)
    except SetupFailed as error:
        raise SetupFailed(
            f"{error}\nIf the package index was not reached: behind a proxy set HTTPS_PROXY, with"
            " an index of your own PIP_INDEX_URL, and run it again."
        ) from None


def _run_pip(*words: str | Path) -> None:
    _run(
        ENVIRONMENT / "bin/python",
        "-I",
        *words,
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
    )


def _answers(python: str | Path, code: str) -> bool:
    try:
        return subprocess.run([str(python), "-Ic", code], capture_output=True).returncode == 0
    except OSError:
        return False


def _run(*command: str | Path, quiet: bool = False) -> None:
    words = [str(word) for word in command]
    if subprocess.run(words, stdout=subprocess.DEVNULL if quiet else None).returncode:
        raise SetupFailed(f"this command did not succeed (see above): {' '.join(words)}")


def _write_whole(path: Path, text: str) -> None:
    """Write *text* so that *path* never holds half of it."""
    draft = path.with_suffix(".new")
    draft.write_text(text)
    draft.replace(path)


if __name__ == "__main__":
    sys.exit(main())
