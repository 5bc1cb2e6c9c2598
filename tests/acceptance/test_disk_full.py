"""A full disk: the upload is refused with 507, nothing half-written stays, and small ones go on."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ai_prism import examples
from support.service import Service

_ROOM_BYTES = 12 * 1024**2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with little room, in memory; mounting it takes root."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={_ROOM_BYTES}", "tmpfs", str(folder)]
    mounted = subprocess.run(["mount", *options], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted: {mounted.stderr.strip()}")
    yield folder
    # Lazily: a process of the service may still be about to end.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_an_upload_without_room_is_refused_and_the_next_small_one_is_reviewed(
    small_disk: Path,
) -> None:
    service = Service(small_disk / "service")
    try:
        client = service.start().client()
        files = service.settings.data_path / "files"

        refused = client.post("/upload", files={"document": ("a.txt", b"words " * 4_000_000)})
        left = [path for path in files.rglob("*") if path.is_file()]
        state = client.wait_for_end(client.upload(examples.path("design-document.md")))

        assert refused.status_code == 507
        assert refused.json()["code"] == "storage_full"
        assert left == []
        assert state["state"] == "SUCCESS"
    finally:
        service.stop()
