"""Other sites, limits, the audit log, and what the headers forbid."""

import io
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from ai_prism.app import create_app
from ai_prism.settings import Settings
from ai_prism.storage.audit import AuditEvent

ADDRESS = "192.0.2.7"


def make_app(folder: Path, **settings: object) -> Flask:
    app = create_app(Settings(data_dir=str(folder), **settings))
    app.extensions["ai_prism"].database.migrate()
    return app


def a_browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = ADDRESS
    client.get("/")
    return client


def send(client: FlaskClient, text: bytes = b"Some text.", **headers: str):
    return client.post("/upload", data={"document": (io.BytesIO(text), "a.txt")}, headers=headers)


def events(app: Flask) -> list[AuditEvent]:
    return list(app.extensions["ai_prism"].audit.read())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"Sec-Fetch-Site": "same-origin"}, 202),
        ({"Sec-Fetch-Site": "none"}, 202),
        ({"Origin": "http://localhost"}, 202),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 202),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "http://localhost.elsewhere.example"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_a_page_of_another_site_changes_nothing(
    headers: dict[str, str], status: int, tmp_path: Path
) -> None:
    client = a_browser(make_app(tmp_path))

    assert send(client, **headers).status_code == status


def test_every_change_is_guarded_against_other_sites(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    client = a_browser(app)
    changes = [
        (method, re.sub("<[^>]+>", "any", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    ]

    assert changes
    for method, path in changes:
        answer = client.open(path, method=method, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.json["code"] == "foreign_request", path


@pytest.mark.parametrize("path", ["/", "/reviews", "/docs", "/nowhere", "/playbooks"])
def test_no_page_runs_scripts_of_others_or_in_its_text_or_stands_in_a_frame(
    path: str, tmp_path: Path
) -> None:
    answer = a_browser(make_app(tmp_path)).get(path, headers={"Accept": "text/html"})

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script>" not in answer.text
    assert " onclick=" not in answer.text
    assert " style=" not in answer.text


def test_a_name_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    client = a_browser(make_app(tmp_path))
    name = "<script>alert(1)</script>\x1b[31m\u202egnp.md"
    client.post("/upload", data={"document": (io.BytesIO(b"Some text."), name)})

    page = client.get("/reviews", headers={"Accept": "text/html"}).text

    assert "script&gt;" in page
    assert "alert(1)</script>" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_too_many_uploads_in_a_minute_are_refused_until_it_is_over(tmp_path: Path) -> None:
    app = make_app(tmp_path, uploads_per_minute=2)
    client = a_browser(app)

    answers = [send(client) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [202, 202, 429, 429]
    assert answers[-1].content_type == "application/problem+json"
    assert answers[-1].json["code"] == "too_many_uploads"
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert send(a_browser(app)).status_code == 202
    database = app.extensions["ai_prism"].database
    with database.writing() as connection:  # a minute later, as it were
        connection.execute(sa.text("DROP TRIGGER audit_events_stand"))
        connection.execute(sa.text("UPDATE audit_events SET at = at - 61"))
    assert send(client).status_code == 202


def test_newcomers_share_the_pace_of_their_address(tmp_path: Path) -> None:
    app = make_app(tmp_path, uploads_per_minute=2)

    answers = [send(app.test_client(use_cookies=False)).status_code for _ in range(3)]

    assert answers == [202, 202, 429]


def test_the_same_upload_again_is_no_new_one(tmp_path: Path) -> None:
    client = a_browser(make_app(tmp_path, waiting_limit=1))

    first = send(client, **{"Idempotency-Key": "a"})
    again = send(client, **{"Idempotency-Key": "a"})

    assert again.status_code == 202
    assert again.json["task_id"] == first.json["task_id"]


@pytest.mark.parametrize(
    ("setting", "limit", "status", "code", "hits_others"),
    [
        ("waiting_limit", 1, 429, "too_many_waiting", False),
        ("stored_bytes_limit", 15, 429, "storage_quota", False),
        ("queue_limit", 1, 503, "queue_full", True),
    ],
)
def test_over_a_limit_nothing_is_kept(
    setting: str, limit: int, status: int, code: str, hits_others: bool, tmp_path: Path
) -> None:
    app = make_app(tmp_path, **{setting: limit})
    client = a_browser(app)
    assert send(client).status_code == 202

    answer = send(client, b"Other text")

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert int(answer.headers["Retry-After"]) > 0
    assert len(client.get("/reviews").json) == 1
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 1
    assert (send(a_browser(app)).status_code == status) is hits_others


def test_every_read_and_change_is_written_down_without_a_word_of_the_document(
    tmp_path: Path,
) -> None:
    app = make_app(tmp_path)
    client = a_browser(app)
    review_id = send(client, b"The xylograph.").json["task_id"]
    for path in ("", "/report.json"):
        client.get(f"/reviews/{review_id}{path}")
    for _ in range(3):
        client.get(f"/status/{review_id}")
    app.test_client().get(f"/reviews/{review_id}")
    client.delete(f"/reviews/{review_id}")

    written = events(app)

    assert [(event.action, event.outcome) for event in written] == [
        ("uploads.create", 202),
        ("reviews.show", 200),
        ("reviews.report", 400),
        ("status.show", 200),
        ("reviews.show", 404),
        ("reviews.delete", 204),
    ]
    assert {event.review_id for event in written} == {review_id}
    own = {event.who for event in written if event.outcome != 404}
    assert len(own) == 1
    assert {event.address for event in written if event.who in own} == {ADDRESS}
    assert "xylograph" not in str(written)
    assert "a.txt" not in str(written)


def test_what_cannot_be_written_down_is_not_shown(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    client = a_browser(app)
    review_id = send(client).json["task_id"]
    with app.extensions["ai_prism"].database.writing() as connection:
        connection.execute(sa.text("DROP TABLE audit_events"))

    answer = client.get(f"/reviews/{review_id}")

    assert answer.status_code == 503
    assert review_id not in answer.text


def test_an_id_of_any_length_and_kind_is_written_down(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    client = a_browser(app)

    client.get("/reviews/" + "%1b" + "x" * 5000)

    assert events(app)[-1].review_id == "\ufffd" + "x" * 35
