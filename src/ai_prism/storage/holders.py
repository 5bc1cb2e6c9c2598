"""Who holds a lease: a name from which this machine can tell that its process has ended.

A lease that runs out tells the same of any process on any machine, but only after its time. The
kernel knows at once, so what a killed process held need not wait.
"""

import hashlib
import os
import secrets
import socket
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

_PROC: Final = Path("/proc")
#: Ended, and waiting for its parent to notice.
_ENDED_STATES: Final = ("Z", "X")


class _Process(msgspec.Struct, frozen=True):
    state: str
    started: int  #: clock ticks after the start of the machine; tells two with the same id apart


def new_holder() -> str:
    """Return a name for one lease of this process, 36 characters at most, never given before."""
    process = _look(os.getpid())
    started = process.started if process else 0
    return f"{_here(os.getuid())}-{os.getpid():x}-{started:x}-{secrets.token_hex(4)}"


def is_gone(holder: str) -> bool:
    """Return whether *holder* names a process of this machine that has ended.

    False as well when nobody here can tell: another machine's, another container's, another
    user's, or a system without /proc. Then the lease's time decides.
    """
    here, _, rest = holder.partition("-")
    pid, _, rest = rest.partition("-")
    started, _, _ = rest.partition("-")
    if here != _here(os.getuid()) or not int(started, 16):
        return False
    process = _look(int(pid, 16))
    return (
        process is None
        or process.state in _ENDED_STATES
        or process.started != int(started, 16)  # the id was given to another since
    )


def _look(pid: int) -> _Process | None:
    """Return the process *pid*, or None when there is none to be seen."""
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    # What stands in brackets is the program's name, and may hold brackets, blanks and half letters.
    fields = stat.rpartition(b")")[2].split()
    return _Process(state=fields[0].decode(), started=int(fields[19]))


@cache
def _here(user_id: int) -> str:
    """Return what process ids mean the same in, in eight characters.

    The same start of the same kernel, the same name-space of ids, and the same user: the processes
    of others may be hidden, which must not be taken for their end.
    """
    facts = [socket.gethostname(), str(user_id), _boot_id(), _name_space()]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:8]


def _boot_id() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text()
    except OSError:
        return ""


def _name_space() -> str:
    try:
        return str((_PROC / "self/ns/pid").readlink())
    except OSError:
        return ""
