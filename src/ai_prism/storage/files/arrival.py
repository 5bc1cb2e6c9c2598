"""A file that has arrived and belongs to no review yet, and what can go wrong with files."""

import errno
import hashlib
import os
from pathlib import Path
from typing import IO, Final

import msgspec

from ai_prism.core.errors import EmptyDocument, PrismError, StorageUnavailable, TooLarge

_CHUNK_BYTES: Final = 1024 * 1024
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class StorageFull(StorageUnavailable):
    """There is no room for the file."""

    code = "storage_full"
    advice = "Ask whoever runs this service to make room; nothing was kept of this upload."


class StoreAway(StorageUnavailable):
    """The file store does not answer, or will not have us; what is in it stays."""

    code = "store_away"


class FileGone(PrismError):
    """The document of a review is no longer there."""

    code = "file_gone"
    advice = "It was deleted: upload the document again."


class Upload(msgspec.Struct, frozen=True):
    """A file that has arrived whole but belongs to no review yet."""

    path: Path
    sha256: str
    bytes: int


def receive(stream: IO[bytes], path: Path, limit_bytes: int) -> Upload:
    """Return the bytes of *stream* as a new file at *path* that survives a power cut.

    Raises:
        EmptyDocument: nothing came.
        TooLarge: more than *limit_bytes* came; reading stopped there.
        StorageFull: the disk is full.
    """
    try:
        make_folder(path.parent)
        with path.open("xb") as file:
            sha256, size = _copy(stream, file, limit_bytes)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise_if_full(error)
        raise
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Upload(path, sha256, size)


def raise_if_full(error: OSError) -> None:
    """Say it in the service's words if *error* means that the disk is full.

    Raises:
        StorageFull: it is.
    """
    if error.errno in _FULL:
        raise StorageFull("There is no room left to keep the document.") from error


def make_folder(folder: Path) -> None:
    """Make *folder* for the service's own user: nobody else may look into people's documents."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _copy(stream: IO[bytes], file: IO[bytes], limit_bytes: int) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    while chunk := stream.read(_CHUNK_BYTES):
        size += len(chunk)
        if size > limit_bytes:
            raise TooLarge(
                f"The document is larger than the {limit_bytes // 1024**2} MB this service takes."
            )
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise EmptyDocument("The file is empty.")
    return digest.hexdigest(), size
