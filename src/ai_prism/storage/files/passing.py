"""Files on this machine's disk that nobody needs longer than the process that made them."""

import threading
import time
from pathlib import Path
from typing import Final

from ai_prism.storage.files.arrival import make_folder
from ai_prism.storage.holders import is_gone, new_holder

_TIDY_SECONDS: Final = 60.0
#: Nobody reads one file so long: it belonged to a process of which nothing can be told here, such
#: as one of the container before this one.
_LEFT_BEHIND_SECONDS: Final = 24 * 3600


class PassingFiles:
    """Gives out paths for such files, and removes those that a killed process left behind."""

    def __init__(self, folder: Path) -> None:
        """Keep them in *folder*, which is made when it is needed."""
        self._folder = folder
        self._lock = threading.Lock()  # guards _tidied_at
        self._tidied_at = -_TIDY_SECONDS

    def new(self) -> Path:
        """Return a path for a new file, whose name tells which process it belongs to."""
        make_folder(self._folder)
        with self._lock:
            is_time = time.monotonic() - self._tidied_at >= _TIDY_SECONDS
            if is_time:
                self._tidied_at = time.monotonic()
        if is_time:
            self.tidy()
        return self._folder / new_holder()

    def tidy(self) -> None:
        """Remove the files of processes that have ended."""
        if not self._folder.exists():
            return
        for path in self._folder.iterdir():
            try:
                age_seconds = time.time() - path.stat().st_mtime
                if is_gone(path.name) or age_seconds > _LEFT_BEHIND_SECONDS:
                    path.unlink()
            except FileNotFoundError:
                continue  # its process, or another that tidies, was quicker
