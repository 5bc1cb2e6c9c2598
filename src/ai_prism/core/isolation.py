"""Work on a document where it may die alone: in a child process with limits of its own.

Documents come from anywhere, and what opens them hands them to native code: a file can make that
crash, loop or eat memory. In a child it takes nothing along; what went wrong comes back as an error
with its code. The child is forked from a server that has loaded the readers and nothing else, so
it starts in milliseconds and knows no database, no key and no other document.
"""

import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any, Final, TypeAlias

import msgspec

from ai_prism.core.decoding import prepared
from ai_prism.core.errors import PrismError, ReaderLost, Unreadable, kinds_of_error
from ai_prism.core.progress import Event, Progress, Stage, StageReached

#: How often the caller's progress is asked whether to go on while the child says nothing.
_TICK_SECONDS: Final = 0.5
_OPEN_FILES: Final = 256
#: How long to try when a child cannot be started. The server that children are forked from may
#: have been killed a moment ago and not yet be known to be dead: no fault of the document.
_START_SECONDS: Final = 5.0
_START_AGAIN_SECONDS: Final = 0.05

#: What a child does: a function of a module, called with its arguments, the seconds it may take
#: and a progress to tell; what it returns is sent back.
Deed: TypeAlias = Callable[..., bytes]


class _Reached(msgspec.Struct, frozen=True, tag=True):
    stage: Stage
    done: int
    total: int


class _Finished(msgspec.Struct, frozen=True, tag=True):
    made: bytes


class _Refused(msgspec.Struct, frozen=True, tag=True):
    code: str
    message: str


_Message = _Reached | _Finished | _Refused


class _Died(ReaderLost):
    """The child is gone without a word."""


class Isolation:
    """Does deeds, each in a process of its own."""

    def __init__(self, deed: Deed, preloaded: list[str], memory_bytes: int, seconds: float) -> None:
        """Give each child *memory_bytes* of address space and *seconds* of time for *deed*.

        *preloaded* are the modules that the server which children are forked from loads.
        """
        self._deed = deed
        self._memory_bytes = memory_bytes
        self._seconds = seconds
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(preloaded)

    def warm_up(self) -> None:
        """Start the server that children are forked from, ahead of the first document."""
        forkserver.ensure_running()

    def __call__(self, arguments: Sequence[Any], progress: Progress) -> bytes:
        """Return what the deed makes of *arguments*, telling *progress* how far it is.

        A child that dies is given a second try: what killed it may have been the machine, short
        of memory, and not the document.

        Raises:
            PrismError: what the deed raised; `ReaderLost` when the child died or used up its
                limits.
        """
        try:
            return self._try(arguments, progress)
        except _Died:
            return self._try(arguments, progress)

    def _try(self, arguments: Sequence[Any], progress: Progress) -> bytes:
        ours, theirs = self._context.Pipe(duplex=False)
        try:
            child = self._start(theirs, arguments)
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

    def _start(self, pipe: Connection, arguments: Sequence[Any]) -> ForkServerProcess:
        """Return a child that has begun."""
        limits = (self._memory_bytes, int(self._seconds))
        deadline = time.monotonic() + _START_SECONDS
        while True:
            child = self._context.Process(
                target=_do_and_send, args=(pipe, self._deed, arguments, limits)
            )
            try:
                child.start()
            except (EOFError, OSError) as error:
                if time.monotonic() > deadline:
                    raise _Died("The program that reads documents cannot be started.") from error
                time.sleep(_START_AGAIN_SECONDS)
            else:
                return child

    def _follow(self, pipe: Connection, progress: Progress) -> bytes:
        deadline = time.monotonic() + self._seconds
        reached = StageReached(stage=Stage.READING, done=0, total=0)
        while time.monotonic() < deadline:
            if not pipe.poll(_TICK_SECONDS):
                progress(reached)  # what it raises ends the child
                continue
            message = _receive(pipe)
            if isinstance(message, _Finished):
                return message.made
            if isinstance(message, _Refused):
                raise kinds_of_error().get(message.code, Unreadable)(message.message)
            reached = StageReached(stage=message.stage, done=message.done, total=message.total)
            progress(reached)
        raise ReaderLost(f"Reading it takes longer than the {self._seconds:.0f} s it may take.")


def _receive(pipe: Connection) -> _Message:
    try:
        # Not pickled: a document that has taken over the child must not reach us.
        message: _Message = msgspec.msgpack.decode(pipe.recv_bytes(), type=prepared(_Message))
    except (EOFError, ConnectionError):
        raise _Died(
            "The program that reads documents ended on this one, or ran out of memory."
        ) from None
    return message


def _do_and_send(
    pipe: Connection, deed: Deed, arguments: Sequence[Any], limits: tuple[int, int]
) -> None:
    """Do *deed* in the child, and send what comes of it."""
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

    with suppress(BrokenPipeError):  # who asked may be gone, interrupted for one
        try:
            send(_Finished(deed(*arguments, seconds=seconds, progress=progress)))
        except PrismError as error:
            send(_Refused(error.code, error.message))
        except MemoryError:
            send(_Refused(ReaderLost.code, "Reading it takes more memory than it may take."))
