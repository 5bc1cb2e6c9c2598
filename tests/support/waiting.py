"""Wait for a condition with a deadline, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], seconds: float = 30.0, what: str = "") -> T:
    """Return the first true answer of *condition*.

    Raises:
        AssertionError: none came within *seconds*.
    """
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what or condition}"
        time.sleep(0.02)
    return answer
