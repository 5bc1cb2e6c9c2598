"""What processes that we start have in common."""

import ctypes
import gc
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Have this process killed when its parent dies; to be called between fork and exec."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def share_memory() -> None:
    """Keep what is loaded by now shared with the processes that are forked from here on.

    A collection writes to every object that it looks at, and so gives each process a copy; what is
    frozen it leaves alone.
    """
    gc.collect()
    gc.freeze()
