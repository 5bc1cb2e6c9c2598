"""Deleted means deleted: no word of the document is left in any store of the service."""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis

from ai_prism.storage.events import STREAM
from support.service import Client, Service
from support.waiting import until

#: Stands in the text, in a finding's quote, in a section's title and in the file's name.
MARKER = "xylograph"
TEXT = f"# The {MARKER}\n\nThe the {MARKER} is TBD.\n\n## {MARKER} costs\n\nTODO {MARKER}.\n"


def stores_with(marker: bytes, service: Service) -> list[str]:
    """Return the files of the service that hold *marker*: database, its log, documents, Redis."""
    data = service.settings.data_path
    # os.walk passes over folders that are deleted meanwhile.
    paths = [Path(folder, name) for folder, _, names in os.walk(data) for name in names]
    return [
        str(path.relative_to(data))
        for path in paths
        if marker in path.name.encode() or marker in _bytes_of(path)
    ]


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # deleted just now; or a socket, which keeps nothing
        return b""


def dump(service: Service) -> bytes:
    """Return every key of Redis with its value, as Redis itself would save them."""
    with Redis.from_url(service.settings.redis) as redis:
        redis.bgrewriteaof()
        until(lambda: not redis.info("persistence")["aof_rewrite_in_progress"])
        keys = sorted(redis.keys("*"))
        return b"".join(key + (redis.dump(key) or b"") for key in keys)


def a_document(folder: Path) -> Path:
    path = folder / f"{MARKER}.md"
    path.write_text(TEXT)
    return path


def a_finished_review(service: Service, folder: Path) -> tuple[Client, str]:
    service.wait_until_ready()
    client = service.client()
    review_id = client.upload(a_document(folder))
    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
    assert MARKER in json.dumps(client.review(review_id)["findings"])
    held = stores_with(MARKER.encode(), service)
    assert any("ai-prism.db" in store for store in held)
    assert any(review_id in store for store in held)
    return client, review_id


def is_gone(service: Service, review_id: str) -> bool:
    return not stores_with(MARKER.encode(), service) and review_id.encode() not in dump(service)


@pytest.mark.timeout(180)
def test_nothing_is_left_of_a_review_that_its_owner_deletes(
    start_service: Callable[..., Service], tmp_path: Path
) -> None:
    service = start_service().start()
    client, review_id = a_finished_review(service, tmp_path)
    assert review_id.encode() in dump(service)
    assert MARKER.encode() not in dump(service)

    assert client.delete(f"/reviews/{review_id}").status_code == 204

    until(lambda: is_gone(service, review_id), seconds=90, what="the stores to be clean")
    assert MARKER not in service.log


@pytest.mark.timeout(180)
def test_nothing_is_left_of_a_review_that_was_kept_long_enough(
    start_service: Callable[..., Service], tmp_path: Path
) -> None:
    keep_seconds = 30
    service = start_service(keep_days=keep_seconds / (24 * 3600)).start()
    client, review_id = a_finished_review(service, tmp_path)

    until(lambda: is_gone(service, review_id), seconds=120, what="the stores to be clean")
    assert client.get(f"/status/{review_id}").status_code == 404


@pytest.mark.timeout(180)
def test_nothing_is_left_of_an_earlier_draft_that_its_owner_deletes_on_the_page(
    start_service: Callable[..., Service], tmp_path: Path
) -> None:
    service = start_service().start()
    client, review_id = a_finished_review(service, tmp_path)
    later = tmp_path / "later.md"
    later.write_text(TEXT.replace(MARKER, "plan"))
    draft = client.upload(later, previous=review_id)
    assert client.wait_for_end(draft)["state"] == "SUCCESS"
    assert MARKER in json.dumps(client.review(draft)["comparison"])

    told = client.post(f"/reviews/{review_id}/deletion", headers={"Accept": "application/json"})

    assert told.status_code == 200
    assert client.get(f"/status/{review_id}").status_code == 404
    assert client.review(draft)["comparison"] is None
    # As if the half minute were over in which it can be brought back.
    with closing(sqlite3.connect(service.settings.data_path / "ai-prism.db")) as database:
        database.execute("UPDATE reviews SET deleted_at = deleted_at - 60")
        database.commit()
    until(lambda: is_gone(service, review_id), seconds=120, what="the stores to be clean")
    assert client.review(draft)["findings"]


def test_no_word_of_a_document_that_fails_lies_in_redis(service: Service, tmp_path: Path) -> None:
    path = tmp_path / f"{MARKER}.pdf"
    path.write_bytes(b"%PDF-1.7\n" + MARKER.encode() * 100)
    client = service.client()
    assert client.wait_for_end(client.upload(path))["state"] == "FAILURE"

    with Redis.from_url(service.settings.redis) as redis:
        assert redis.exists(STREAM)
    assert MARKER.encode() not in dump(service)
