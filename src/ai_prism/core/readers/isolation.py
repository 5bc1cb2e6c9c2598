"""Reading in a child process that may die alone; see `core.isolation`."""

from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from ai_prism.core import readers
from ai_prism.core.decoding import prepared
from ai_prism.core.isolation import Isolation
from ai_prism.core.model import Document
from ai_prism.core.progress import Progress, ignore
from ai_prism.core.readers import recognition

PRELOADED: Final = [*readers.READERS.values(), "ai_prism.cli"]

#: Scans that take longer are read in part, instead of being lost with all that was read.
_SHARE_OF_RECOGNISING: Final = 0.8


class _Whole(msgspec.Struct, frozen=True, tag=True):
    document: Document


class _Left(msgspec.Struct, frozen=True, tag=True):
    """Nothing was read: there are pages to recognise, and another is to do that."""


_Outcome = _Whole | _Left


class IsolatedReader:
    """Reads as `readers.read` does, each document in a process of its own."""

    def __init__(self, *, memory_bytes: int, seconds: float, leave_scans: bool = False) -> None:
        """Give each child *memory_bytes* of address space and *seconds* of time.

        With *leave_scans* a document with pages to recognise ends in `ScansFound`.
        """
        self._isolation = Isolation(_read, PRELOADED, memory_bytes, seconds)
        self._leave_scans = leave_scans

    def warm_up(self) -> None:
        """Start the server that children are forked from, ahead of the first document."""
        self._isolation.warm_up()

    def __call__(self, path: Path, progress: Progress = ignore, *, name: str) -> Document:
        """Return the document in the file at *path*, telling *progress* of each page.

        Raises:
            Unreadable: as `readers.read`; `ReaderLost` when the child died or used up its limits.
            ScansFound: it has pages that are left to another.
        """
        packed = self._isolation((str(path), name, self._leave_scans), progress)
        outcome: _Outcome = msgspec.msgpack.decode(packed, type=prepared(_Outcome))
        if isinstance(outcome, _Left):
            raise recognition.ScansFound
        return outcome.document


def _read(path: str, name: str, leave_scans: bool, *, seconds: int, progress: Progress) -> bytes:
    """Read in the child."""
    here = partial(recognition.here, seconds=seconds * _SHARE_OF_RECOGNISING)
    find = recognition.later if leave_scans else here
    outcome: _Outcome
    try:
        outcome = _Whole(readers.read(Path(path), progress, name=name, find_recogniser=find))
    except recognition.ScansFound:
        outcome = _Left()
    return msgspec.msgpack.encode(outcome)
