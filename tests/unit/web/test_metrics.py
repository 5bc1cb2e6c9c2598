"""/metrics: who may read it, and what it says."""

import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from ai_prism.app import create_app
from ai_prism.settings import Settings

TOKEN = "a token of letters"


def make_app(folder: Path, **settings: object) -> Flask:
    app = create_app(Settings(data_dir=str(folder), redis_url="redis://127.0.0.1:1", **settings))
    app.extensions["ai_prism"].database.migrate()
    return app


def figures(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """Return the value of each sample by its name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 403),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 403),
        ("192.0.2.7", {"X-Forwarded-For": "127.0.0.1"}, 403),
    ],
)
def test_without_a_token_only_this_machine_reads_the_figures(
    address: str, headers: dict[str, str], status: int, tmp_path: Path
) -> None:
    client = make_app(tmp_path).test_client()

    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})

    assert answer.status_code == status
    assert status == 200 or answer.json["code"] == "metrics_closed"


@pytest.mark.parametrize(
    ("sent", "status"),
    [(f"Bearer {TOKEN}", 200), ("Bearer another", 403), (f"Basic {TOKEN}", 403), ("", 403)],
)
def test_with_a_token_everybody_must_send_it(sent: str, status: int, tmp_path: Path) -> None:
    client = make_app(tmp_path, metrics_token=TOKEN).test_client()

    answer = client.get("/metrics", headers={"Authorization": sent})

    assert answer.status_code == status


def test_the_token_of_a_person_does_not_open_the_figures(tmp_path: Path) -> None:
    app = make_app(tmp_path, auth="token", metrics_token=TOKEN)
    secret = app.extensions["ai_prism"].tokens.new("somebody")
    headers = {"Authorization": f"Bearer {secret}"}
    client = app.test_client()

    assert client.get("/reviews", headers=headers).status_code == 200
    assert client.get("/metrics", headers=headers).status_code == 403
    assert client.get("/reviews", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 401


def test_what_waits_is_counted_and_nothing_of_it_is_told(tmp_path: Path) -> None:
    client = make_app(tmp_path).test_client()
    sent = {"document": (io.BytesIO(b"The marker word is xylograph."), "xylograph.md")}
    client.post("/upload", data=sent)

    before = figures(client)

    assert before["ai_prism_uploads_total",] == 1
    assert before["ai_prism_upload_bytes_total",] == 29
    assert before["ai_prism_queue_length", "documents"] == 1
    assert before["ai_prism_queue_age_seconds", "documents"] > 0
    assert before["ai_prism_queue_is_listened_to", "documents"] == 0
    assert before["ai_prism_reviews", "PENDING"] == 1
    assert before["ai_prism_redis_up",] == 0
    assert "xylograph" not in client.get("/metrics").text


def test_figures_of_one_process_are_left_out_where_several_would_take_turns(tmp_path: Path) -> None:
    one = figures(make_app(tmp_path / "one").test_client())
    several = figures(make_app(tmp_path / "several", web_processes=2).test_client())

    assert {name for name, *_ in one.keys() - several.keys()} >= {
        "ai_prism_open_streams",
        "process_resident_memory_bytes",
    }
    assert not [name for name, *_ in several if name.startswith("process_")]


def test_openmetrics_is_given_where_it_is_asked_for(tmp_path: Path) -> None:
    client = make_app(tmp_path).test_client()

    answer = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})

    assert answer.content_type.startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
