"""Looking at processes from outside, as /proc shows them."""

import resource
from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the processes that *pid* has started and that still run."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(c) for thread in threads for c in (thread / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []  # it has just died


def descendants(pid: int) -> list[int]:
    """Return the children of *pid*, and theirs."""
    own = children(pid)
    return own + [below for child in own for below in descendants(child)]


def command(pid: int) -> str:
    """Return the command line of *pid*; nothing of one that is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def resident_bytes(pid: int) -> int:
    """Return how much memory *pid* has, with what it shares."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
