"""The uploaded files: in a folder, or in an S3-compatible store where machines share no disk."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol

from ai_prism.settings import InvalidSettings, Settings
from ai_prism.storage.files.arrival import FileGone, StorageFull, StoreAway, Upload
from ai_prism.storage.files.folder import FilesInFolder

__all__ = ["FileGone", "Files", "FilesInFolder", "StorageFull", "StoreAway", "Upload", "open_files"]


class Files(Protocol):
    """Where documents are kept, each under the hash of its bytes and the id of its review.

    What the store does not do at all it has not done in part: a file is there whole, or not.
    """

    def receive(self, stream: IO[bytes], upload_id: str, limit_bytes: int) -> Upload:
        """Return the bytes of *stream* as a file on this machine's disk.

        Raises:
            EmptyDocument: nothing came.
            TooLarge: more than *limit_bytes* came; reading stopped there.
            StorageFull: the disk is full.
        """

    def keep(self, upload: Upload, review_id: str) -> None:
        """Give *upload* to a review: when this returns, its file outlives a power cut.

        Raises:
            StorageFull: the store has no room for it.
            StoreAway: the store does not answer.
        """

    def discard(self, upload: Upload) -> None:
        """Remove what is left of *upload* on this machine."""

    def at_hand(self, sha256: str, review_id: str) -> AbstractContextManager[Path]:
        """Give a path at which a review's file can be read until the block ends.

        Raises:
            FileGone: it was deleted.
            StoreAway: the store does not answer.
            StorageFull: this machine has no room for a copy.
        """

    def delete(self, sha256: str, review_id: str) -> None:
        """Remove a review's file; harmless when it is gone already.

        If the store does not answer, the file stays, and `older_than` tells of it later.
        """

    def older_than(self, moment: float) -> Iterator[str]:
        """Yield the names of files last touched before *moment*; the last part of a name is the id.

        Raises:
            StoreAway: the store does not answer.
        """

    def ask(self) -> None:
        """See that the store can be used.

        Raises:
            StoreAway: it cannot.
        """

    def remove(self, name: str) -> None:
        """Remove a file by the name that `older_than` gave.

        Raises:
            StoreAway: the store does not answer.
        """


def open_files(settings: Settings) -> Files:
    """Return the file store that *settings* name; nothing is asked of it yet.

    Raises:
        InvalidSettings: it cannot be told which, or what it needs is not installed.
    """
    if not settings.files_url:
        return FilesInFolder(settings.data_path / "files")
    try:
        from ai_prism.storage.files.s3 import files_in_s3
    except ImportError as error:
        raise InvalidSettings(
            f"AI_PRISM_FILES_URL is set, and {error.name} is not installed:"
            " `pip install 'ai-prism[s3]'` adds it."
        ) from error
    return files_in_s3(settings)
