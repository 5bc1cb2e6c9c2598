"""The uploaded files in an S3-compatible store, for machines that share no disk.

Each review has an object of its own, `<prefix>/<first two digits>/<sha256>/<review id>`, written by
one request: it is there whole or not at all, and nothing is to be cleaned up of one that broke off.
No permission is ever sent along, so that an object is as private as its bucket.
"""

import base64
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from ai_prism.settings import InvalidSettings, Settings
from ai_prism.storage.files.arrival import (
    FileGone,
    StorageFull,
    StoreAway,
    Upload,
    raise_if_full,
    receive,
)
from ai_prism.storage.files.passing import PassingFiles

_log = logging.getLogger(__name__)

_CHUNK_BYTES: Final = 1024 * 1024
#: What stores call being full: Ceph, Garage and SeaweedFS, MinIO, and the status that WebDAV has.
_FULL: Final = ("QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "507")
_GONE: Final = ("NoSuchKey", "404")
#: A bucket may hold what is somebody else's: only names of ours are ever removed by age.
_OURS: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}/[^/]+")

#: A worker deletes a hundred files between two messages, and must not wait for each of them.
_AWAY_SECONDS: Final = 60.0

#: An upload and a worker wait for the store, but not for ever; connections are many because the
#: web server has many threads.
_CONFIG: Final = {
    "connect_timeout": 3,
    "read_timeout": 10,
    "retries": {"mode": "standard", "total_max_attempts": 3},
    "max_pool_connections": 64,
    # We send a checksum of our own. Those that the client adds by itself since 1.36 make it send
    # bodies in pieces, which many a compatible store refuses.
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}


def files_in_s3(settings: Settings) -> "FilesInS3":
    """Return the store that *settings* name.

    Raises:
        InvalidSettings: what they say of it does not fit together.
    """
    place = urlsplit(settings.files_url)
    if place.scheme != "s3" or not place.netloc:
        raise InvalidSettings(
            f"AI_PRISM_FILES_URL={settings.files_url}: s3://BUCKET or s3://BUCKET/PREFIX."
        )
    passing = PassingFiles(settings.data_path / "passing")
    return FilesInS3(_client(settings), place.netloc, place.path.strip("/"), passing)


class FilesInS3:
    """The file store in a bucket."""

    def __init__(self, client: Any, bucket: str, prefix: str, passing: PassingFiles) -> None:
        """Keep files in *bucket* under *prefix*, and what is worked on in *passing*."""
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._passing = passing
        self._away_until = 0.0

    def receive(self, stream: IO[bytes], upload_id: str, limit_bytes: int) -> Upload:
        """Return the bytes of *stream* as a file here: its hash, thus its name, is known last."""
        return receive(stream, self._passing.new(), limit_bytes)

    def keep(self, upload: Upload, review_id: str) -> None:
        """Send *upload* to the store, which compares what it got with the hash."""
        digest = base64.b64encode(bytes.fromhex(upload.sha256)).decode()
        with upload.path.open("rb") as file, _in_our_words():
            self._client.put_object(
                **self._object(upload.sha256, review_id),
                Body=file,
                ContentLength=upload.bytes,
                ContentType="application/octet-stream",
                ChecksumSHA256=digest,
            )

    def discard(self, upload: Upload) -> None:
        """Remove what was received, taken by a review or not."""
        upload.path.unlink(missing_ok=True)

    @contextmanager
    def at_hand(self, sha256: str, review_id: str) -> Iterator[Path]:
        """Give the path of a copy on this machine, which is removed when the block ends."""
        path = self._passing.new()
        try:
            self._fetch(self._object(sha256, review_id), path)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def delete(self, sha256: str, review_id: str) -> None:
        """Remove a review's file, or leave it to the search for files that belong to none."""
        if time.monotonic() >= self._away_until:
            try:
                self.remove(_name(sha256, review_id))
            except StoreAway:
                self._away_until = time.monotonic() + _AWAY_SECONDS
            else:
                return
        _log.warning("the file of review %s stays until the store answers", review_id)

    def older_than(self, moment: float) -> Iterator[str]:
        """Yield the names of our files that were written before *moment*."""
        pages = self._client.get_paginator("list_objects_v2")
        with _in_our_words():
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for found in page.get("Contents", ()):
                    name = found["Key"].removeprefix(self._prefix)
                    if found["LastModified"].timestamp() < moment and _OURS.fullmatch(name):
                        yield name

    def remove(self, name: str) -> None:
        """Remove a file by the name that `older_than` gave."""
        with _in_our_words():
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def ask(self) -> None:
        """See that the bucket is there and lets us in.

        Raises:
            StoreAway: it is not, or does not.
        """
        with _in_our_words():
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)

    def _object(self, sha256: str, review_id: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + _name(sha256, review_id)}

    def _fetch(self, wanted: dict[str, str], path: Path) -> None:
        with _in_our_words():
            body = self._client.get_object(**wanted)["Body"]
            try:
                with body, path.open("xb") as file:
                    for chunk in body.iter_chunks(_CHUNK_BYTES):
                        file.write(chunk)
            except OSError as error:
                raise_if_full(error)
                raise


def _name(sha256: str, review_id: str) -> str:
    return f"{sha256[:2]}/{sha256}/{review_id}"


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Tell what the store, or the way to it, answers in the words of the service.

    Raises:
        FileGone: there is no such object.
        StorageFull: the store has no room.
        StoreAway: anything else; the log has the reason.
    """
    try:
        yield
    except ClientError as error:
        code = str(error.response["Error"].get("Code", ""))
        status = str(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))
        if code in _GONE:
            raise FileGone("The document of this review is no longer there.") from error
        if code in _FULL or status in _FULL:
            raise StorageFull("There is no room left to keep the document.") from error
        raise _away(error) from error
    except (BotoCoreError, HTTPError) as error:
        raise _away(error) from error


def _away(error: Exception) -> StoreAway:
    _log.error("file store: %s", error)
    return StoreAway("The file store does not answer as it should.")


def _client(settings: Settings) -> Any:
    # Where an endpoint is named, bucket names are no hosts that its certificate or the DNS knows.
    style = "path" if settings.s3_endpoint else "auto"
    keys = {
        "aws_access_key_id": settings.s3_key_id or None,
        "aws_secret_access_key": settings.secret("s3_key") or None,
    }
    # Without keys of ours: those of AWS_*, of its files, or of the machine's or the pod's role.
    return botocore.session.get_session().create_client(
        "s3",
        endpoint_url=settings.s3_endpoint or None,
        region_name=settings.s3_region,
        verify=settings.s3_ca_file or None,
        config=Config(s3={"addressing_style": style}, **_CONFIG),
        **keys,
    )
