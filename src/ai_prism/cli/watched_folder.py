"""A folder that documents are put into: which of them are complete, and which are done.

Nobody says when a file is complete. One is taken for complete when its size and its time have not
changed for a while, by our own clock: that of a network share may be another. Looking again and
again is what works on every file system; notices of the kernel do not come from network shares.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Final, NamedTuple, Self

import click

from ai_prism.cli.documents import documents_in

_LEDGER: Final = ".ai-prism-watch.jsonl"


class Signature(NamedTuple):
    """What changes when a file does."""

    size: int
    changed_ns: int

    @classmethod
    def of(cls, path: Path) -> "Signature | None":
        """Return that of the file at *path*; None where there is none now."""
        try:
            facts = path.stat()
        except OSError:
            return None
        return cls(facts.st_size, facts.st_mtime_ns)


class WatchedFolder:
    """Documents in a folder and below, as they come."""

    def __init__(self, folder: Path, settle_seconds: float) -> None:
        """Take a file for complete that has not changed for *settle_seconds*."""
        self._folder = folder
        self._settle_seconds = settle_seconds
        self._seen: dict[Path, tuple[Signature, float]] = {}

    def look(self, now: float) -> tuple[dict[Path, Signature], bool]:
        """Return the documents that are complete at *now*, and whether others are still coming."""
        before, self._seen = self._seen, {}
        for path in documents_in([str(self._folder)]):
            signature = Signature.of(path)
            if signature is None:
                continue
            known, since = before.get(path, (None, now))
            self._seen[path] = (signature, since if known == signature else now)
        complete = {
            path: signature
            for path, (signature, since) in self._seen.items()
            if now - since >= self._settle_seconds
        }
        return complete, len(complete) < len(self._seen)


class Ledger:
    """What is done, one line for each document: a restart repeats nothing and loses nothing.

    A line is written after the report. Who is killed in between reviews that document once more,
    and writes the same report again.
    """

    def __init__(self, folder: Path) -> None:
        """Keep it in *folder*, which nobody else writes reports into meanwhile.

        Raises:
            click.UsageError: somebody does.
        """
        self._file: IO[str] = (folder / _LEDGER).open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise click.UsageError(f"Another ai-prism watch writes into {folder}.") from None
        self._done = dict(_entries(self._file))

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let others have it."""
        self._file.close()

    def has(self, name: str, signature: Signature) -> bool:
        """Return whether the document called *name* is done as it is now."""
        return self._done.get(name) == signature

    def add(self, name: str, signature: Signature) -> None:
        """Say that it is."""
        self._done[name] = signature
        self._file.write(json.dumps([name, *signature]) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def _entries(file: IO[str]) -> Iterator[tuple[str, Signature]]:
    file.seek(0)
    text = file.read()
    for line in text.splitlines():
        try:
            name, size, changed_ns = json.loads(line)
        except ValueError:
            continue  # its writer was killed over it: that document is reviewed once more
        yield name, Signature(size, changed_ns)
    if text and not text.endswith("\n"):
        file.write("\n")
