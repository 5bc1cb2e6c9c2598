"""The uploaded files in a folder, by the hash of their content.

Each review has a link of its own, `files/<first two digits>/<sha256>/<review id>`; the same bytes
uploaded twice are stored once. A review that is deleted removes its own link and no other's, so
an upload and a deletion of the same bytes at the same moment cannot hurt each other.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from ai_prism.storage.files.arrival import FileGone, Upload, make_folder, receive

_INCOMING: Final = "incoming"


class FilesInFolder:
    """The file store in one folder, which all machines share if there are several."""

    def __init__(self, folder: Path) -> None:
        """Keep files under *folder*, which is made when the first one arrives."""
        self._folder = folder

    def receive(self, stream: IO[bytes], upload_id: str, limit_bytes: int) -> Upload:
        """Return the bytes of *stream* as a file; see `Files`."""
        return receive(stream, self._folder / _INCOMING / f"{upload_id}.part", limit_bytes)

    def keep(self, upload: Upload, review_id: str) -> None:
        """Give *upload* to a review."""
        path = self.path(upload.sha256, review_id)
        while True:
            make_folder(path.parent)
            try:
                _move(upload.path, path)
                _sync_folder(path.parent)
            except FileNotFoundError:
                continue  # the last other review with these bytes was deleted, with the folder
            return

    def discard(self, upload: Upload) -> None:
        """Remove an upload that no review took."""
        upload.path.unlink(missing_ok=True)

    @contextmanager
    def at_hand(self, sha256: str, review_id: str) -> Iterator[Path]:
        """Give the path of a review's file: it is on this machine already."""
        path = self.path(sha256, review_id)
        if not path.exists():
            raise FileGone("The document of this review is no longer there.")
        yield path

    def path(self, sha256: str, review_id: str) -> Path:
        """Return where the file of a review lies."""
        return self._folder / sha256[:2] / sha256 / review_id

    def delete(self, sha256: str, review_id: str) -> None:
        """Remove a review's file; the bytes go with the last review that has them."""
        self._remove(self.path(sha256, review_id))

    def older_than(self, moment: float) -> Iterator[str]:
        """Yield the names of files last touched before *moment*, uploads cut short among them."""
        # os.walk passes over folders that are deleted meanwhile; Path.glob fails on them.
        for folder, _, names in os.walk(self._folder):
            for path in (Path(folder, name) for name in names):
                # The change time, not that of the bytes: a link to old bytes is a new file.
                with suppress(FileNotFoundError):
                    if path.stat().st_ctime < moment:
                        yield str(path.relative_to(self._folder))

    def ask(self) -> None:
        """The folder needs no asking: it is made when the first file arrives."""

    def remove(self, name: str) -> None:
        """Remove a file by the name that `older_than` gave."""
        self._remove(self._folder / name)

    def _remove(self, path: Path) -> None:
        """Remove a file of this store, and the folders that are empty without it."""
        path.unlink(missing_ok=True)
        for folder in (path.parent, path.parent.parent):
            if self._folder not in folder.parents or folder.name == _INCOMING:
                return
            try:
                folder.rmdir()
            except OSError:
                return  # others have the same bytes, or the same first two digits


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
