"""The whole service on one machine: starts Redis, worker and web, restarts what dies.

Children are started in sessions of their own, so that Ctrl-C reaches only this process, which
stops them in order; and they die with it, so that even SIGKILL leaves nothing running.
"""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

import msgspec

from ai_prism.core.processes import die_with_parent

_log = logging.getLogger(__name__)

_STOP_SECONDS: Final = 20.0
#: A killed process is gone when its parent has heard of it; where nobody listens it never is.
_GONE_SECONDS: Final = 2.0
#: A child that lived this long was well: it is started again at once. One that keeps dying sooner
#: is started with growing pauses, short enough for people to wait out.
_WELL_SECONDS: Final = 5.0
_FIRST_PAUSE_SECONDS: Final = 0.25
_LONGEST_PAUSE_SECONDS: Final = 2.0
_TICK_SECONDS: Final = 0.1


class Program(msgspec.Struct, frozen=True):
    """A child to keep running."""

    name: str
    command: Sequence[str]
    #: What asks it to finish what it does and stop.
    stop_signal: signal.Signals = signal.SIGTERM


class _Child:
    """A program and its process."""

    def __init__(self, program: Program, environment: Mapping[str, str]) -> None:
        self.program = program
        self._environment = environment
        self._failures = 0
        self._start_at = 0.0
        self.start()

    def start(self) -> None:
        self._started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.program.command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    def revive(self) -> None:
        """Start the process again if it has died, after a pause when it keeps dying."""
        now = time.monotonic()
        if self.process.poll() is None:
            return
        if not self._start_at:
            was_well = now - self._started_at > _WELL_SECONDS
            self._failures = 0 if was_well else self._failures + 1
            pause = _FIRST_PAUSE_SECONDS * 2**self._failures if self._failures else 0.0
            self._start_at = now + min(pause, _LONGEST_PAUSE_SECONDS)
            _log.warning(
                "%s ended (%s); starting it again", self.program.name, self.process.returncode
            )
        elif now >= self._start_at:
            self._start_at = 0.0
            self.start()

    def stop(self) -> None:
        """Ask the process to stop, and end it if it does not."""
        if self.process.poll() is None:
            self.process.send_signal(self.program.stop_signal)
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _log.warning("%s does not stop; ending it", self.program.name)
            self._end_group()
            self.process.wait()
        self._end_group()

    def _end_group(self) -> None:
        """End whatever the process has started and not stopped itself, and see it gone."""
        deadline = time.monotonic() + _GONE_SECONDS
        with suppress(ProcessLookupError):
            while time.monotonic() < deadline:
                os.killpg(self.process.pid, signal.SIGKILL)
                time.sleep(_GONE_SECONDS / 100)


class Supervisor:
    """Keeps programs running until it is told to stop."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Give each child *environment*."""
        self._environment = environment
        self._children: list[_Child] = []
        self._stop = threading.Event()

    def start(self, program: Program) -> "subprocess.Popen[bytes]":
        """Start *program* and keep it running from now on; return its first process."""
        child = _Child(program, self._environment)
        self._children.append(child)
        return child.process

    def run(self) -> None:
        """Watch over the children until SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stop.set())
        while not self._stop.wait(_TICK_SECONDS):
            for child in self._children:
                child.revive()

    def stop(self) -> None:
        """Stop the children, the last started first: nobody loses what it depends on."""
        while self._children:
            self._children.pop().stop()
