"""The time of day, and when not to believe it.

Leases are kept as times of day, because the machines that share a database share no other clock.
A clock that is set anew must neither take work from those who do it nor hold it for ever.
"""

import time
from collections.abc import Callable
from typing import Final

#: The seconds since 1970 that the machine believes in.
Clock = Callable[[], float]

#: Slewing moves a clock by a thousandth; what moves further within one look was set.
_STEP_SECONDS: Final = 1.0


class Steps:
    """Notices that the clock was set, by another that nobody can set."""

    def __init__(self, clock: Clock = time.time, steady: Clock = time.monotonic) -> None:
        """Watch *clock* beside *steady*, from now on."""
        self._clock = clock
        self._steady = steady
        self._ahead = clock() - steady()
        self._settled_at = steady()

    def settled(self, seconds: float) -> bool:
        """Return whether the clock has not been set within the last *seconds*."""
        steady = self._steady()
        ahead = self._clock() - steady
        if abs(ahead - self._ahead) > _STEP_SECONDS:
            self._settled_at = steady + seconds
        self._ahead = ahead
        return steady >= self._settled_at
