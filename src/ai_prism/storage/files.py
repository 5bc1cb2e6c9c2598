"""The uploaded files on disk, by the hash of their content.

Each review has a link of its own, `files/<first two digits>/<sha256>/<review id>`; the same bytes
uploaded twice are stored once. A review that is deleted removes its own link and no other's, so
an upload and a deletion of the same bytes at the same moment cannot hurt each other.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import msgspec

from ai_prism.core.errors import EmptyDocument, StorageUnavailable, TooLarge

_CHUNK_BYTES: Final = 1024 * 1024
_INCOMING: Final = "incoming"
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class StorageFull(StorageUnavailable):
    """There is no room for the file."""

    code = "storage_full"
    advice = "Ask whoever runs this service to make room; nothing was kept of this upload."


class Upload(msgspec.Struct, frozen=True):
    """A file that has arrived whole but belongs to no review yet."""

    path: Path
    sha256: str
    bytes: int


class Files:
    """The file store in one folder."""

    def __init__(self, folder: Path) -> None:
        """Keep files under *folder*, which is made when the first one arrives."""
        self._folder = folder

    def receive(self, stream: IO[bytes], upload_id: str, limit_bytes: int) -> Upload:
        """Return the bytes of *stream* as a file on disk that survives a power cut.

        Raises:
            EmptyDocument: nothing came.
            TooLarge: more than *limit_bytes* came; reading stopped there.
            StorageFull: the disk is full.
        """
        path = self._folder / _INCOMING / f"{upload_id}.part"
        try:
            _make_folder(path.parent)
            with path.open("xb") as file:
                sha256, size = _copy(stream, file, limit_bytes)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            path.unlink(missing_ok=True)
            if error.errno in _FULL:
                raise StorageFull("There is no room left to keep the document.") from error
            raise
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Upload(path, sha256, size)

    def keep(self, upload: Upload, review_id: str) -> Path:
        """Give *upload* to a review and return where it lies from now on."""
        path = self.path(upload.sha256, review_id)
        while True:
            _make_folder(path.parent)
            try:
                _move(upload.path, path)
                _sync_folder(path.parent)
            except FileNotFoundError:
                continue  # the last other review with these bytes was deleted, with the folder
            return path

    def discard(self, upload: Upload) -> None:
        """Remove an upload that no review took."""
        upload.path.unlink(missing_ok=True)

    def path(self, sha256: str, review_id: str) -> Path:
        """Return where the file of a review lies."""
        return self._folder / sha256[:2] / sha256 / review_id

    def delete(self, sha256: str, review_id: str) -> None:
        """Remove a review's file; the bytes go with the last review that has them."""
        self.remove(self.path(sha256, review_id))

    def remove(self, path: Path) -> None:
        """Remove a file of this store, and the folders that are empty without it."""
        path.unlink(missing_ok=True)
        for folder in (path.parent, path.parent.parent):
            if self._folder not in folder.parents or folder.name == _INCOMING:
                return
            try:
                folder.rmdir()
            except OSError:
                return  # others have the same bytes, or the same first two digits

    def older_than(self, moment: float) -> Iterator[Path]:
        """Yield the files last touched before *moment*; a review's is named by the review's id."""
        # os.walk passes over folders that are deleted meanwhile; Path.glob fails on them.
        for folder, _, names in os.walk(self._folder):
            for path in (Path(folder, name) for name in names):
                # The change time, not that of the bytes: a link to old bytes is a new file.
                with suppress(FileNotFoundError):
                    if path.stat().st_ctime < moment:
                        yield path


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


def _make_folder(folder: Path) -> None:
    # Only the service's own user may look into other people's documents.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _move(source: Path, path: Path) -> None:
    twin = next(path.parent.iterdir(), None)
    if twin is not None and _link(twin, path):
        source.unlink()
    else:
        source.rename(path)


def _link(twin: Path, path: Path) -> bool:
    """Make *path* another name of *twin*; False where that cannot be done."""
    try:
        path.hardlink_to(twin)
    except OSError:
        return False  # the twin was deleted just now, or the file system has no links
    return True


def _sync_folder(folder: Path) -> None:
    """Make the new name in *folder* survive a power cut, as the bytes already do."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
