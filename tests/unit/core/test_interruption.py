"""What another thread ends in the main one: a loop, a wait, and never what comes after."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from ai_prism.core.errors import Cancelled
from ai_prism.core.interruption import interruptible


def loop() -> None:
    while True:
        pass


def wait() -> None:
    threading.Event().wait()


def swallow() -> None:
    while True:
        with suppress(Exception):
            loop()


def inner() -> None:
    with interruptible():
        loop()


@pytest.mark.parametrize("work", [loop, wait, swallow, inner])
def test_what_asks_nobody_is_ended_by_another_thread(work: Callable[[], None]) -> None:
    def begin() -> None:
        with interruptible() as interrupt:
            threading.Timer(0.05, interrupt, (Cancelled("Enough."),)).start()
            work()

    with pytest.raises(Cancelled, match="Enough"):
        begin()


def test_an_interruption_that_comes_too_late_ends_nothing() -> None:
    with interruptible() as interrupt:
        pass

    interrupt(Cancelled("Too late."))

    with interruptible():
        pass


def test_in_another_thread_nothing_is_interrupted() -> None:
    ended: list[bool] = []

    def work() -> None:
        with interruptible() as interrupt:
            interrupt(Cancelled("Not here."))
            ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert ended == [True]
