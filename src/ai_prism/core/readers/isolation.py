"""Reading where it may die alone: in a child process with limits of its own.

Documents come from anywhere, and readers hand them to native code: a file can make that crash,
loop or eat memory. In a child it takes nothing along; what it found wrong comes back as an error
with its code. The child is forked from a server that has loaded the readers and nothing else, so
it starts in milliseconds and knows no database, no key and no other document.
"""

import multiprocessing
import resource
import time
from contextlib import closing
from functools import partial
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

import msgspec

from ai_prism.core import readers
from ai_prism.core.errors import PrismError, ReaderLost, Unreadable, kinds_of_error
from ai_prism.core.model import Document
from ai_prism.core.progress import Event, Progress, Stage, StageReached, ignore
from ai_prism.core.readers import recognition

_PRELOADED: Final = [*readers.READERS.values(), "ai_prism.cli"]

#: How often the caller's progress is asked whether to go on while the child says nothing.
_TICK_SECONDS: Final = 0.5
_OPEN_FILES: Final = 256
#: Scans that take longer are read in part, instead of being lost with all that was read.
_SHARE_OF_RECOGNISING: Final = 0.8
#: How long to try when a child cannot be started. The server that children are forked from may
#: have been killed a moment ago and not yet be known to be dead: no fault of the document.
_START_SECONDS: Final = 5.0
_START_AGAIN_SECONDS: Final = 0.05


class _Reached(msgspec.Struct, frozen=True, tag=True):
    stage: Stage
    done: int
    total: int


class _Finished(msgspec.Struct, frozen=True, tag=True):
    document: Document


class _Refused(msgspec.Struct, frozen=True, tag=True):
    code: str
    message: str


_Message = _Reached | _Finished | _Refused


class _Died(ReaderLost):
    """The child is gone without a word."""


class IsolatedReader:
    """Reads as `readers.read` does, each document in a process of its own."""

    def __init__(self, *, memory_bytes: int, seconds: float) -> None:
        """Give each child *memory_bytes* of address space and *seconds* of time."""
        self._memory_bytes = memory_bytes
        self._seconds = seconds
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)

    def warm_up(self) -> None:
        """Start the server that children are forked from, ahead of the first document."""
        forkserver.ensure_running()

    def __call__(self, path: Path, progress: Progress = ignore, *, name: str) -> Document:
        """Return the document in the file at *path*, telling *progress* of each page.

        A child that dies is given a second try: what killed it may have been the machine, short
        of memory, and not the document.

        Raises:
            Unreadable: as `readers.read`; `ReaderLost` when the child died or used up its limits.
        """
        try:
            return self._read(path, progress, name)
        except _Died:
            return self._read(path, progress, name)

    def _read(self, path: Path, progress: Progress, name: str) -> Document:
        ours, theirs = self._context.Pipe(duplex=False)
        limits = (self._memory_bytes, int(self._seconds))
        try:
            child = self._start(theirs, str(path), name, limits)
        except _Died:
            ours.close()
            raise
        finally:
            theirs.close()
        try:
            with closing(ours):
                return self._follow(ours, progress)
        finally:
            child.kill()
            child.join()
            child.close()

    def _start(
        self, pipe: Connection, path: str, name: str, limits: tuple[int, int]
    ) -> ForkServerProcess:
        """Return a child that has begun to read."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            child = self._context.Process(target=_read_and_send, args=(pipe, path, name, limits))
            try:
                child.start()
            except (EOFError, OSError) as error:
                if time.monotonic() > deadline:
                    raise _Died("The program that reads documents cannot be started.") from error
                time.sleep(_START_AGAIN_SECONDS)
            else:
                return child

    def _follow(self, pipe: Connection, progress: Progress) -> Document:
        deadline = time.monotonic() + self._seconds
        reached = StageReached(stage=Stage.READING, done=0, total=0)
        while time.monotonic() < deadline:
            if not pipe.poll(_TICK_SECONDS):
                progress(reached)  # what it raises ends the child
                continue
            message = _receive(pipe)
            if isinstance(message, _Finished):
                return message.document
            if isinstance(message, _Refused):
                raise kinds_of_error().get(message.code, Unreadable)(message.message)
            reached = StageReached(stage=message.stage, done=message.done, total=message.total)
            progress(reached)
        raise ReaderLost(f"Reading it takes longer than the {self._seconds:.0f} s it may take.")


def _receive(pipe: Connection) -> _Message:
    try:
        # Not pickled: a document that has taken over the child must not reach us.
        message: _Message = msgspec.msgpack.decode(pipe.recv_bytes(), type=_Message)
    except (EOFError, ConnectionError):
        raise _Died(
            "The program that reads documents ended on this one, or ran out of memory."
        ) from None
    return message


def _read_and_send(pipe: Connection, path: str, name: str, limits: tuple[int, int]) -> None:
    """Read in the child, and send what comes of it."""
    memory_bytes, seconds = limits
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def send(message: _Message) -> None:
        pipe.send_bytes(msgspec.msgpack.encode(message))

    def progress(event: Event) -> None:
        if isinstance(event, StageReached):
            send(_Reached(event.stage, event.done, event.total))

    try:
        find = partial(recognition.here, seconds=seconds * _SHARE_OF_RECOGNISING)
        document = readers.read(Path(path), progress, name=name, find_recogniser=find)
        send(_Finished(document))
    except PrismError as error:
        send(_Refused(error.code, error.message))
    except MemoryError:
        send(_Refused(ReaderLost.code, "Reading it takes more memory than it may take."))
