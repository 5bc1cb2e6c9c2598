"""Reading in a child process that may die alone; see `core.isolation`."""

from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from ai_prism.core import readers
from ai_prism.core.isolation import Isolation
from ai_prism.core.model import Document
from ai_prism.core.progress import Progress, ignore
from ai_prism.core.readers import recognition

PRELOADED: Final = [*readers.READERS.values(), "ai_prism.cli"]

#: Scans that take longer are read in part, instead of being lost with all that was read.
_SHARE_OF_RECOGNISING: Final = 0.8


class IsolatedReader:
    """Reads as `readers.read` does, each document in a process of its own."""

    def __init__(self, *, memory_bytes: int, seconds: float) -> None:
        """Give each child *memory_bytes* of address space and *seconds* of time."""
        self._isolation = Isolation(_read, PRELOADED, memory_bytes, seconds)

    def warm_up(self) -> None:
        """Start the server that children are forked from, ahead of the first document."""
        self._isolation.warm_up()

    def __call__(self, path: Path, progress: Progress = ignore, *, name: str) -> Document:
        """Return the document in the file at *path*, telling *progress* of each page.

        Raises:
            Unreadable: as `readers.read`; `ReaderLost` when the child died or used up its limits.
        """
        packed = self._isolation((str(path), name), progress)
        document: Document = msgspec.msgpack.decode(packed, type=Document)
        return document


def _read(path: str, name: str, *, seconds: int, progress: Progress) -> bytes:
    """Read in the child."""
    find = partial(recognition.here, seconds=seconds * _SHARE_OF_RECOGNISING)
    document = readers.read(Path(path), progress, name=name, find_recogniser=find)
    return msgspec.msgpack.encode(document)
