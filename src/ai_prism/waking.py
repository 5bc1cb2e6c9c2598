"""Wakes the loop of a worker whose tasks run in threads when one of these is free again.

The loop takes a message only while it is awake, and nobody tells it (Celery 5.7) that a thread is
done: it slept on until the next timer, and a thread stood idle for up to a second. A process of the
prefork pool writes to a pipe, which wakes it; here we do.
"""

import os
from contextlib import suppress
from typing import Any, Final

from celery.signals import task_postrun

#: The signal comes a moment before Celery counts the thread as free: the loop looks again then.
_LOOKS_AFTER_SECONDS: Final = (0.01, 0.1)


def wake_when_free(hub: Any) -> None:
    """Have *hub*, the loop of this worker, look for messages whenever a task has ended."""
    waits, says = os.pipe()
    os.set_blocking(waits, False)
    os.set_blocking(says, False)

    def woken() -> None:
        os.read(waits, 4096)
        for seconds in _LOOKS_AFTER_SECONDS:
            hub.call_later(seconds, _nothing)

    def ended(**_: Any) -> None:
        with suppress(BlockingIOError):  # it is about to wake anyway
            os.write(says, b"!")

    hub.add_reader(waits, woken)
    # Kept for the life of the process, as the pipe is.
    task_postrun.connect(ended, weak=False)


def _nothing() -> None:
    """The loop looks around after each timer."""
