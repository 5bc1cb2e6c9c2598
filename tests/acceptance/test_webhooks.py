"""Another program is told that a review has ended, whatever dies meanwhile."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator

import pytest

from ai_prism import examples
from ai_prism.storage.tables import Queue
from support.receiver import Receiver, receiving, status
from support.service import Service, kill
from support.waiting import until

DOCUMENT = examples.path("design-document.md")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Answers 500 at first, then well."""
    codes = iter([500])
    with receiving(lambda request: status(next(codes, 204))(request)) as running:
        yield running


def signature(secret: str, headers: dict[str, str], body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def test_who_asked_for_it_is_told_of_the_end_signed_and_until_he_answers(
    start_service: Callable[..., Service], receiver: Receiver
) -> None:
    url = f"http://127.0.0.1:{receiver.server_port}/hooks?for=prism"
    service = start_service(webhook_targets="127.0.0.1").start()
    courier = service.start_worker(slots=4, queue=Queue.WEBHOOKS)
    client = service.client()
    document = (DOCUMENT.name, DOCUMENT.read_bytes())
    answer = client.post("/upload", files={"document": document}, data={"webhook": url})
    accepted = answer.json()
    state = f"/reviews/{accepted['task_id']}/webhook"
    until(lambda: client.get(state).json()["last_answer"] == "500", what="the first message")
    kill(courier)
    service.start_worker(slots=4, queue=Queue.WEBHOOKS)

    until(lambda: client.get(state).json()["state"] == "told", what="another try")

    (_, first, body), (_, second, again) = receiver.received
    assert first["webhook-id"] == second["webhook-id"]
    for _, headers, sent in receiver.received:
        assert headers["webhook-signature"] == signature(accepted["webhook_secret"], headers, sent)
    assert body == again
    told = json.loads(body)
    assert (told["type"], told["data"]["task_id"]) == ("review.ended", accepted["task_id"])
    assert told["data"]["state"] == "SUCCESS"
    (listed,) = client.get("/reviews", headers={"Accept": "application/json"}).json()
    assert told["data"]["counts"] == listed["counts"]
    assert DOCUMENT.name.encode() not in body
    assert url not in service.log, "its query may be a secret"
