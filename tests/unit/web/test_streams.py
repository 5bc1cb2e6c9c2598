"""What an open stream tells of that no version of its review tells of."""

import io
import json
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from ai_prism.storage.tables import Queue


def test_whoever_waits_is_told_when_somebody_is_there_to_work(
    app: Flask, client: FlaskClient
) -> None:
    document = (io.BytesIO(b"# Plan\n\nWe begin on Monday.\n"), "plan.md")
    accept = {"Accept": "application/json"}
    uploaded = client.post("/upload", data={"document": document}, headers=accept)

    stream = client.get(f"/events/{uploaded.json['task_id']}").iter_encoded()
    before = _progress(next(stream))
    app.extensions["ai_prism"].listening.say({Queue.DOCUMENTS})
    after = _progress(next(stream))

    assert before["waits_for_worker"] is True
    assert after["waits_for_worker"] is False


def _progress(event: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(event.decode().partition("data: ")[2])
    return told["progress"]  # type: ignore[no-any-return]
