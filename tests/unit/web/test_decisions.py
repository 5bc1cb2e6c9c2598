"""Decisions over HTTP: what is taken, what is refused, what is written down."""

import json
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.exporters import EXPORTERS
from ai_prism.core.model import Review
from support.finished import finish

TEXT = b"# Plan\n\nThe the plan is TBD.\n\n## Empty\n\n## Next\n\nWe wait thirty (60) days.\n"
JSON = {"Accept": "application/json"}


@pytest.fixture
def analysed(tmp_path: Path) -> Review:
    path = tmp_path / "plan.md"
    path.write_bytes(TEXT)
    return DocumentAnalyzer().analyze(path)


@pytest.fixture
def path(app: Flask, client: FlaskClient, analysed: Review) -> str:
    """Return the path of a finished review."""
    return finish(app, client, analysed, TEXT)


def test_a_decision_answers_with_what_changed_and_the_risk_as_it_is_now(
    client: FlaskClient, path: str, analysed: Review
) -> None:
    chosen = analysed.findings[0].id
    body = {"decision": "rejected", "reason": "Meant so."}

    answer = client.patch(f"{path}/findings/{chosen}", json=body)

    assert answer.status_code == 200
    assert [finding["id"] for finding in answer.json["findings"]] == [chosen]
    assert answer.json["decided"] == 1
    assert answer.json["risk"]["score"] < analysed.risk.score
    assert client.get(path, headers=JSON).json["risk"]["score"] == answer.json["risk"]["score"]
    since = {"since": answer.json["version"]}
    assert client.get(f"{path}/findings", query_string=since).json["findings"] == []


@pytest.mark.parametrize("format_name", [n for n, made in EXPORTERS.items() if not made.is_copy])
def test_every_report_carries_the_decision_and_its_reason(
    client: FlaskClient, path: str, analysed: Review, format_name: str
) -> None:
    body = {"decision": "rejected", "reason": "Meant exactly so"}
    client.patch(f"{path}/findings/{analysed.findings[0].id}", json=body)

    said = client.get(f"{path}/report.{format_name}").text

    assert "Meant exactly so" in said
    assert "rejected" in said.lower()


def test_all_of_a_rule_are_decided_at_once(
    client: FlaskClient, path: str, analysed: Review
) -> None:
    rule = analysed.findings[0].rule_id

    answer = client.patch(f"{path}/findings", json={"decision": "accepted", "rule": rule})

    changed = answer.json["findings"]
    assert {f["id"] for f in changed} == {f.id for f in analysed.findings if f.rule_id == rule}
    assert {f["decision"] for f in changed} == {"accepted"}


def test_a_finding_of_ones_own_is_taken_where_the_document_says_so(
    client: FlaskClient, path: str, analysed: Review
) -> None:
    start = analysed.document.text.index("the plan")
    own = {"start": start, "end": start + 8, "quote": "the  plan", "message": "Which one?"}

    added = client.post(f"{path}/findings", json=own)
    refused = client.post(f"{path}/findings", json=own | {"start": start + 1})

    assert added.status_code == 201
    [finding] = added.json["findings"]
    assert finding["source"]["engine"] == "person"
    assert finding["anchors"][0]["quote"] == "the plan"
    assert (refused.status_code, refused.json["code"]) == (422, "wrong_place")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"decision": "perhaps"}',
        b'{"decision": "open", "x": 1}',
        json.dumps({"decision": "open", "reason": "x" * 5_000}).encode(),
    ],
)
def test_a_body_that_is_not_as_described_changes_nothing(
    client: FlaskClient, path: str, analysed: Review, body: bytes
) -> None:
    for call in (
        client.patch(f"{path}/findings/{analysed.findings[0].id}", data=body),
        client.patch(f"{path}/findings", data=body),
        client.post(f"{path}/findings", data=body),
    ):
        assert (call.status_code, call.json["code"]) == (400, "invalid_request")
    found = msgspec.convert(client.get(path, headers=JSON).json["findings"], list[dict])
    assert {finding["decision"] for finding in found} == {"open"}


def test_a_body_larger_than_anybody_writes_is_refused(client: FlaskClient, path: str) -> None:
    answer = client.patch(f"{path}/findings", data=b" " * 300_000)

    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_what_is_decided_is_written_down(
    app: Flask, client: FlaskClient, path: str, analysed: Review
) -> None:
    client.patch(f"{path}/findings/{analysed.findings[0].id}", json={"decision": "accepted"})
    client.patch(f"{path}/findings/none", json={"decision": "accepted"})

    log = list(app.extensions["ai_prism"].audit.read())

    decided = [(e.action, e.outcome) for e in log if e.action == "decisions.decide"]
    assert decided == [("decisions.decide", 200), ("decisions.decide", 404)]
    assert {e.review_id for e in log} == {path.rsplit("/", 1)[1]}
