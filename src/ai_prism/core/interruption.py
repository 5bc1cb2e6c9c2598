"""Ending the main thread's work from another thread, in a step that asks nobody whether to go on.

Python runs the handlers of signals in the main thread, between any two instructions and in the
middle of a wait. So a signal that the process sends to itself ends a loop over a million lines;
only a single call into native code comes to its end first.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

#: Celery ends tasks that take too long with the other one, SIGUSR1.
_SIGNAL: Final = signal.SIGUSR2


class _Interrupted(BaseException):
    """No Exception: whoever catches a fault of a check must not take this for one."""


class _Block:
    """What can be interrupted."""

    reason: Exception | None = None


#: The one within the other, the innermost last.
_blocks: Final[list[_Block]] = []


@contextmanager
def interruptible() -> Iterator[Callable[[Exception], None]]:
    """Give what another thread calls to have an exception raised from the block.

    In another thread than the main one the call does nothing: signals do not come there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda _: None
        return
    # It stays: a signal that comes when the block has just ended must not end the process.
    signal.signal(_SIGNAL, _leave)
    block = _Block()
    _blocks.append(block)

    def interrupt(reason: Exception) -> None:
        block.reason = reason
        signal.pthread_kill(threading.main_thread().ident or 0, _SIGNAL)

    try:
        yield interrupt
    except _Interrupted:
        if block.reason is None:
            raise  # it was meant for the block around this one
        raise block.reason from None
    finally:
        _blocks.remove(block)


def _leave(_number: int, _frame: object) -> None:
    if any(block.reason for block in _blocks):
        raise _Interrupted
