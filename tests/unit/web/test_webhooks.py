"""An upload that asks for somebody to be told."""

import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ai_prism.app import create_app
from ai_prism.settings import Settings


def make_client(folder: Path, targets: str) -> FlaskClient:
    app = create_app(Settings(data_dir=str(folder), webhook_targets=targets))
    app.extensions["ai_prism"].database.migrate()
    return app.test_client()


def sent(client: FlaskClient, webhook: str, **headers: str) -> tuple[int, dict[str, object]]:
    fields = {"document": (io.BytesIO(b"# Plan\n\nWe will see.\n"), "plan.md"), "webhook": webhook}
    answer = client.post("/upload", data=fields, headers=headers)
    return answer.status_code, answer.json


def test_the_answer_holds_what_is_signed_with(tmp_path: Path) -> None:
    client = make_client(tmp_path, "public")

    status, accepted = sent(client, "https://93.184.215.14/hook")

    assert status == 202
    state = client.get(f"/reviews/{accepted['task_id']}/webhook").json
    assert state == {
        "url": "https://93.184.215.14/hook",
        "state": "waiting",
        "attempts": 0,
        "last_answer": "",
    }
    assert (
        sent(client, "https://93.184.215.14/hook")[1]["webhook_secret"]
        == (accepted["webhook_secret"])
    )
    stranger = client.application.test_client()
    other = sent(stranger, "https://93.184.215.14/hook")[1]["webhook_secret"]
    assert other != accepted["webhook_secret"]


@pytest.mark.parametrize(
    ("targets", "url"),
    [
        ("", "https://93.184.215.14/hook"),
        ("public", "http://127.0.0.1:6379/"),
        ("public", "gopher://93.184.215.14/"),
        ("hooks.example", "https://other.example/"),
    ],
)
def test_what_may_not_be_told_is_refused_and_nothing_kept(
    tmp_path: Path, targets: str, url: str
) -> None:
    client = make_client(tmp_path, targets)

    status, problem = sent(client, url)

    assert (status, problem["code"]) == (400, "webhook_refused")
    assert client.get("/reviews", headers={"Accept": "application/json"}).json == []


def test_an_upload_that_asks_for_nobody_is_told_of_nobody(tmp_path: Path) -> None:
    client = make_client(tmp_path, "public")

    status, accepted = sent(client, " ")

    assert status == 202
    assert "webhook_secret" not in accepted
    answer = client.get(f"/reviews/{accepted['task_id']}/webhook")
    assert (answer.status_code, answer.json["code"]) == (404, "no_webhook")
