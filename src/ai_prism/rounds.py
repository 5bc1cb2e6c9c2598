"""What a worker does again and again in its own loop, between the messages that it takes."""

import logging
import time
from collections.abc import Callable
from typing import Final

from ai_prism.storage.clock import Clock

_log = logging.getLogger(__name__)

#: While the database is away each look waits for it as long as it may: so long a rest between two
#: lets the loop take messages, which are not to wait for one look after the other.
REST_SECONDS: Final = 1.0


class Rounds:
    """Deeds that may fail, since they come round again."""

    def __init__(self, passing: tuple[type[Exception], ...], clock: Clock = time.monotonic) -> None:
        """Take what is raised while something is away for a while."""
        self._passing = passing
        self._clock = clock
        self._rests_until = 0.0

    def attempt(self, deed: Callable[[], None]) -> None:
        """Do *deed*, or say why not; soon after a failure leave it for the next round."""
        if self._clock() < self._rests_until:
            return
        try:
            deed()
        except self._passing as error:
            _log.warning("no %s this time: %s", deed.__name__, error)
            self._rests_until = self._clock() + REST_SECONDS
