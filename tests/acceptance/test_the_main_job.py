"""Upload, queue, analyse, watch, read: the real service, seen from outside."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from celery import Celery
from celery.result import AsyncResult

from ai_prism import celery_app, examples
from support.service import Client, Service, free_port
from support.waiting import until


@pytest.fixture
def client(service: Service) -> Client:
    return service.client()


@pytest.mark.parametrize("example", [example.name for example in examples.EXAMPLES])
def test_an_upload_is_answered_at_once_and_reviewed_soon(client: Client, example: str) -> None:
    answer = client.send_document(examples.path(example))
    review_id = answer.json()["task_id"]
    state = client.wait_for_end(review_id)
    review = client.review(review_id)

    assert answer.status_code == 202
    assert answer.json()["status"] == "queued"
    assert answer.headers["Location"] == f"/status/{review_id}"
    assert state["state"] == "SUCCESS"
    assert review["schema"] == "ai-prism/review/1"
    assert review["sections"]
    assert review["findings"]


def test_every_quote_and_title_stands_in_the_text(client: Client) -> None:
    review_id = client.upload(examples.path("incident-report.docx"))
    client.wait_for_end(review_id)

    review = client.review(review_id)

    text = review["document"]["text"]
    anchors = [anchor for finding in review["findings"] for anchor in finding["anchors"]]
    assert anchors
    assert all(text[a["start"] : a["end"]] == a["quote"] for a in anchors)
    assert all(text[s["start"] :].startswith(s["title"]) for s in review["sections"])


def test_an_agreement_is_read_for_the_side_that_was_asked_for(client: Client) -> None:
    def level(party: str) -> tuple[str, str]:
        review_id = client.upload(examples.path("services-contract.pdf"), party=party)
        client.wait_for_end(review_id)
        review = client.review(review_id)
        found = {f["rule_id"]: f["stake"] or f["severity"] for f in review["findings"]}
        return review["playbook"]["party"], found["liability-limited"]

    assert level("supplier") == ("supplier", "low")
    assert level("consumer") == ("consumer", "high")


def test_celery_clients_see_the_state_too(service: Service, client: Client) -> None:
    url = celery_app.celery_url(service.settings.redis)
    celery = Celery("somebody else", broker=url, backend=url)
    review_id = client.upload(examples.path("design-document.md"))

    client.wait_for_end(review_id)

    until(lambda: AsyncResult(review_id, app=celery).state == "SUCCESS", what="the mirrored state")
    celery.backend.client.connection_pool.disconnect()


def test_a_stream_tells_of_sections_and_findings_and_ends(client: Client) -> None:
    review_id = client.upload(examples.path("incident-report.docx"))

    with client.stream("GET", f"/events/{review_id}") as stream:
        events = _events(stream.iter_lines())

    versions = [int(event["id"]) for event in events if "id" in event]
    last = json.loads(events[-1]["data"])
    found = {f["id"] for event in events for f in json.loads(event["data"]).get("findings", ())}
    assert events[0]["event"] == "snapshot"
    assert versions == sorted(set(versions))
    assert last["state"] == "SUCCESS"
    assert found == {finding["id"] for finding in client.review(review_id)["findings"]}


def test_a_stream_resumes_after_the_version_it_has_seen(client: Client) -> None:
    review_id = client.upload(examples.path("design-document.md"))
    client.wait_for_end(review_id)
    with client.stream("GET", f"/events/{review_id}") as stream:
        seen = _events(stream.iter_lines())[-1]["id"]

    headers = {"Last-Event-ID": seen}
    with client.stream("GET", f"/events/{review_id}", headers=headers) as stream:
        again = _events(stream.iter_lines())

    assert again == []


def test_one_stream_tells_of_all_ones_reviews(client: Client) -> None:
    sent = {client.upload(examples.path("design-document.md")) for _ in range(2)}
    states: dict[str, str] = {}

    with client.stream("GET", "/events") as stream:
        for line in stream.iter_lines():
            if line.startswith('data: {"task_id"'):
                event = json.loads(line.removeprefix("data: "))
                states[event["task_id"]] = event["state"]
            if list(states.values()) == ["SUCCESS", "SUCCESS"]:
                break

    assert set(states) == sent


def test_nobody_else_sees_a_review(service: Service, client: Client) -> None:
    review_id = client.upload(examples.path("design-document.md"))
    stranger = service.client()

    answers = [
        stranger.get(f"/status/{review_id}"),
        stranger.get(f"/events/{review_id}"),
        stranger.get(f"/reviews/{review_id}"),
        stranger.get(f"/reviews/{review_id}/report.json"),
        stranger.delete(f"/reviews/{review_id}"),
        stranger.post(f"/reviews/{review_id}/cancellation"),
        stranger.post(f"/reviews/{review_id}/retry"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert client.get(f"/status/{review_id}").status_code == 200
    assert stranger.get("/reviews", headers={"Accept": "application/json"}).json() == []


def test_the_same_key_is_the_same_review(client: Client) -> None:
    headers = {"Idempotency-Key": "one and the same"}

    answers = [
        client.send_document(examples.path("design-document.md"), **headers) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json()["task_id"] == answers[1].json()["task_id"]
    assert len(client.get("/reviews", headers={"Accept": "application/json"}).json()) == 1


def test_delete_removes_the_file_and_the_review(service: Service, client: Client) -> None:
    review_id = client.upload(examples.path("design-document.md"))
    client.wait_for_end(review_id)
    kept = service.settings.data_path / "files"
    assert list(kept.rglob(review_id))

    answer = client.delete(f"/reviews/{review_id}")

    assert answer.status_code == 204
    assert not list(kept.rglob(review_id))
    assert client.get(f"/reviews/{review_id}").status_code == 404
    assert client.get("/reviews", headers={"Accept": "application/json"}).json() == []


def test_another_site_cannot_make_the_browser_upload(client: Client) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}

    answer = client.send_document(examples.path("design-document.md"), **headers)

    assert answer.status_code == 403
    assert answer.json()["code"] == "foreign_request"


def test_the_doctor_says_what_is_used_and_that_it_is_well(service: Service) -> None:
    doctor = [sys.executable, "-m", "ai_prism", "doctor"]

    said = subprocess.run(doctor, env=service.environment, capture_output=True, text=True)

    assert said.returncode == 0, said.stdout + said.stderr
    assert str(service.settings.redis_socket) in said.stdout
    assert "1 listening" in said.stdout
    assert "!!" not in said.stdout


def test_the_doctor_says_what_does_not_answer(tmp_path: Path) -> None:
    nothing = {"AI_PRISM_DATA_DIR": str(tmp_path), "AI_PRISM_PORT": str(free_port())}
    doctor = [sys.executable, "-m", "ai_prism", "doctor"]

    said = subprocess.run(doctor, env={**os.environ, **nothing}, capture_output=True, text=True)

    assert said.returncode == 2
    silent = [line.split()[1] for line in said.stdout.splitlines() if line.split()[0] == "!!"]
    assert silent == ["redis", "worker", "recognition", "web"]


def test_an_example_can_be_tried_without_a_file(client: Client) -> None:
    answer = client.post("/upload", data={"example": "services-contract.pdf"})

    state = client.wait_for_end(answer.json()["task_id"])

    assert state["state"] == "SUCCESS"


def test_a_form_without_script_leads_to_the_page_of_the_review(client: Client) -> None:
    headers = {"Accept": "text/html"}

    answer = client.send_document(examples.path("design-document.md"), **headers)

    assert answer.status_code == 303
    page = client.get(answer.headers["Location"], headers=headers)
    assert page.status_code == 200
    assert "design-document.md" in page.text


def _events(lines: object) -> list[dict[str, str]]:
    events: list[dict[str, str]] = [{}]
    for line in lines:
        if not line:
            events.append({})
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            events[-1][name] = value
    return [event for event in events if event and event.get("event") in ("snapshot", "change")]
