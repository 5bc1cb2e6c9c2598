"""Where reports go: the terminal or a pipe, one file, or a folder with a file for each document."""

import sys
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import click

from ai_prism.core.exporters import EXPORTERS


class Delivery:
    """Takes the reports of a run, in order."""

    def __init__(self, format_name: str, output: Path | None, sources: Sequence[Path]) -> None:
        """Write reports as *format_name* to *output*, none of which may be one of the *sources*.

        Raises:
            click.BadParameter: there is no way to put these reports there.
        """
        self._format = format_name
        self._folder: Path | None = None
        self._sources = {path.resolve() for path in sources}
        self._made: set[Path] = set()
        self._kept: list[bytes] = []  #: what is delivered as one at the end
        self._stream: IO[bytes] | None = None
        self._is_own = False
        kind = EXPORTERS[format_name]
        self._kind = kind
        if output is not None and (output.is_dir() or (not kind.joins and len(sources) > 1)):
            output.mkdir(parents=True, exist_ok=True)
            self._folder = output
        elif not kind.joins and len(sources) > 1:
            raise _refused("name a folder: several of these do not fit into one file.")
        elif output is None and kind.is_copy and sys.stdout.isatty():
            raise _refused("name a file: this is not for a terminal.")
        else:
            self._stream = _opened(output, sources)
            self._is_own = output is not None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Write what is delivered as one, if all went well, and close what was opened.

        Of an interrupted run there is no such report: it would look like one of all documents.
        """
        if self._kept and self._stream is not None and kind is None:
            self._stream.write(self._kind.merge(self._kept))
            self._stream.flush()
        if self._stream is not None and self._is_own:
            self._stream.close()

    def put(self, source: Path, report: bytes) -> None:
        """Deliver the *report* of the document *source*."""
        if self._stream is not None and self._kind.merges:
            self._kept.append(report)
        elif self._stream is not None:
            self._stream.write(report)
            self._stream.flush()
        elif self._folder is not None:
            self._path_for(self._folder, source).write_bytes(report)

    def _path_for(self, folder: Path, source: Path) -> Path:
        """Return where in *folder* the report of *source* is the only one, and no document is."""
        stem, ending = f"{source.stem}-review", self._format
        names = (f"{stem}.{ending}", f"{stem}-{source.suffix.lstrip('.')}.{ending}")
        more = (f"{stem}-{number}.{ending}" for number in count(2))
        path = next(
            path
            for name in chain(names, more)
            if (path := folder / name).resolve() not in self._sources | self._made
        )
        self._made.add(path.resolve())
        return path


def _opened(output: Path | None, sources: Sequence[Path]) -> IO[bytes]:
    if output is None:
        return click.open_file("-", "wb")
    if output.exists() and any(path.exists() and output.samefile(path) for path in sources):
        raise click.BadParameter("this is one of the documents.", param_hint="--output")
    return output.open("wb")


def _refused(words: str) -> click.BadParameter:
    return click.BadParameter(words, param_hint="--output")
