"""The embedded Redis: a real redis-server of our own, private to the data folder."""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import redis

from ai_prism.redis_client import quick_client
from ai_prism.settings import Settings

_START_SECONDS: Final = 20.0

ADVICE: Final = (
    "No Redis is to be had: install one (on Debian: apt install redis-server), or name a running "
    "one with AI_PRISM_REDIS_URL=redis://host:6379/0."
)


def find_binary() -> Path | None:
    """Return a redis-server: one on the PATH, else the one installed beside our Python."""
    beside = Path(sys.executable).parent / "redis-server"
    found = shutil.which("redis-server")
    if found:
        return Path(found)
    return beside if beside.exists() else None


def command(binary: Path, settings: Settings) -> list[str]:
    """Return the command line that serves the data folder of *settings*."""
    folder = settings.data_path / "redis"
    socket = settings.redis_socket
    for path in (folder, socket.parent):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return [
        str(binary),
        *("--port", "0"),  # nobody on the network, nor another user of this machine, gets in
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "600"),
        *("--dir", str(folder)),
        # Queued ids outlive a restart. Losing the last second is harmless: the database has them.
        *("--appendonly", "yes"),
        *("--appendfsync", "everysec"),
        *("--save", ""),
        # An evicted key could be a queue.
        *("--maxmemory-policy", "noeviction"),
        *("--daemonize", "no"),
        *("--loglevel", "warning"),
        *("--logfile", str(log_file(settings))),
    ]


def log_file(settings: Settings) -> Path:
    """Return where the embedded Redis writes what it has to say."""
    return settings.data_path / "redis" / "redis.log"


def is_answering(settings: Settings) -> bool:
    """Whether the Redis of *settings* answers now."""
    try:
        with quick_client(settings, socket_timeout=1) as client:
            client.ping()
    except redis.RedisError:
        return False
    return True


def wait_until_answering(settings: Settings, process: "subprocess.Popen[bytes]") -> bool:
    """Return whether *process*, a Redis just started, answers in time; loading takes a moment."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if is_answering(settings):
            return True
        time.sleep(0.02)
    return False
