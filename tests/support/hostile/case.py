"""What one hostile file is: how it is made, what it is called, and what may come of reading it."""

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

#: What comes of a file that is read.
READS = "reads"


class Bait(NamedTuple):
    """What no reader may touch, for files that ask for it."""

    url: str  #: where a listener waits for whoever comes
    secret: Path  #: a file whose words must not turn up anywhere


class Case(NamedTuple):
    """A hostile file."""

    name: str  #: what the person who sends it calls it
    make: Callable[[Bait], bytes]
    expects: frozenset[str]  #: `READS` or codes of errors; any of them will do


def case(name: str, make: Callable[[Bait], bytes] | bytes, *expects: str) -> Case:
    """Return a case; one whose bytes need no bait may be given as they are."""
    return Case(name, make if callable(make) else lambda _: make, frozenset(expects))


def zipped(
    parts: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    """Return a zip archive of *parts*."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment
    return buffer.getvalue()
