"""What is no review, no finding and no version: refused alike on both databases."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ai_prism.app import create_app
from ai_prism.settings import Settings
from ai_prism.storage.database import Database
from support.storage import TEXT

BEYOND = "9" * 5_000  #: more than any database counts to, and more digits than Python reads


@pytest.fixture
def client(database: Database, tmp_path: Path) -> Iterator[FlaskClient]:
    url = database.url.render_as_string(hide_password=False)
    app = create_app(Settings(data_dir=str(tmp_path), database_url=url))
    yield app.test_client()
    app.extensions["ai_prism"].database.close()


@pytest.fixture
def review_id(client: FlaskClient) -> str:
    return _send(client).json["task_id"]


def _send(client: FlaskClient, **headers: str) -> TestResponse:
    sent = {"document": (io.BytesIO(TEXT), "plan.md")}
    return client.post("/upload", data=sent, headers=headers)


@pytest.mark.parametrize("path", ["/reviews/a%00b", "/status/a%00b", "/events/a%00b"])
def test_no_review_has_a_nul_in_its_id(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_no_decision_and_no_finding_has_a_nul(client: FlaskClient, review_id: str) -> None:
    findings = f"/reviews/{review_id}/findings"

    odd_id = client.patch(f"{findings}/a%00b", json={"decision": "open"})
    odd_ids = client.patch(findings, json={"decision": "open", "findings": ["a\0b"]})
    odd_reason = client.patch(f"{findings}/a", json={"decision": "rejected", "reason": "a\0b"})

    assert odd_id.status_code == 404
    assert odd_ids.json["code"] == odd_reason.json["code"] == "invalid_request"


@pytest.mark.parametrize("version", [2**31, 2**63, BEYOND])
def test_after_a_version_that_is_yet_to_come_there_is_nothing(
    client: FlaskClient, review_id: str, version: object
) -> None:
    client.post(f"/reviews/{review_id}/cancellation")  # so that its stream ends

    newer = client.get(f"/reviews/{review_id}/findings", query_string={"since": str(version)})
    stream = client.get(f"/events/{review_id}", headers={"Last-Event-ID": str(version)})

    assert (newer.status_code, newer.json["findings"]) == (200, [])
    assert stream.text.count("event: ") == 1


def test_an_empty_key_is_none_and_one_too_long_is_refused(client: FlaskClient) -> None:
    empty = [_send(client, **{"Idempotency-Key": ""}).json["task_id"] for _ in range(2)]
    longest = [_send(client, **{"Idempotency-Key": "k" * 255}).json["task_id"] for _ in range(2)]

    too_long = _send(client, **{"Idempotency-Key": "k" * 256})

    assert empty[0] != empty[1]
    assert longest[0] == longest[1]
    assert (too_long.status_code, too_long.json["code"]) == (400, "invalid_request")
