"""Workers, Redis and the whole service die and come back; every accepted document is reviewed."""

import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from celery import Celery
from celery.result import AsyncResult

from ai_prism import celery_app, examples
from ai_prism.storage.tables import findings, reviews
from support.processes import descendants
from support.service import Process, Service, end, kill
from support.waiting import until

StartService = Callable[..., Service]

GATED = "support.reviewers:GatedReviewer"


@pytest.fixture
def document() -> Path:
    return examples.path("design-document.md")


def test_a_document_uploaded_without_a_worker_is_reviewed_when_one_starts(
    start_service: StartService, document: Path
) -> None:
    service = start_service().start(slots=0)
    client = service.client()

    review_id = client.upload(document)
    before = client.status(review_id)
    service.start_worker()

    assert before["state"] == "PENDING"
    assert before["progress"]["queue_position"] == 1
    assert client.wait_for_end(review_id)["state"] == "SUCCESS"


def test_an_upload_is_accepted_while_the_worker_is_busy_and_waits_in_line(
    start_service: StartService, document: Path
) -> None:
    service = start_service(reviewer=GATED).start(slots=1)
    client = service.client()
    first = client.upload(document)
    client.wait_for_state(first, "PROGRESS")

    second = client.upload(document)
    waiting = client.status(second)
    service.open_gate()

    assert waiting["state"] == "PENDING"
    assert waiting["progress"]["queue_position"] == 1
    assert {client.wait_for_end(review_id)["state"] for review_id in (first, second)} == {"SUCCESS"}


def test_three_slots_review_three_documents_at_the_same_time(
    start_service: StartService, document: Path
) -> None:
    service = start_service(reviewer=GATED).start(slots=3)
    client = service.client()

    ids = [client.upload(document) for _ in range(3)]

    until(lambda: service.entered() == 3, what="three reviews under way at once")
    service.open_gate()
    assert {client.wait_for_end(review_id)["state"] for review_id in ids} == {"SUCCESS"}


def test_another_worker_finishes_what_a_killed_one_began_and_findings_are_there_once(
    start_service: StartService, document: Path
) -> None:
    service = start_service(reviewer=GATED).start(slots=0)
    client = service.client()
    doomed = service.start_worker()
    review_id = client.upload(document)
    found_before = until(lambda: _findings(service, review_id), what="the first findings")

    kill(doomed)
    service.open_gate()
    service.start_worker()
    state = client.wait_for_end(review_id)

    review = client.review(review_id)
    assert found_before
    assert state["state"] == "SUCCESS"
    assert _findings(service, review_id) == {f["id"]: 1 for f in review["findings"]}
    assert _places(review) == _places(_calm_review(start_service, document))


@pytest.mark.parametrize("victim", ["pool process", "whole worker"])
def test_what_a_killed_process_held_goes_on_without_waiting_for_its_lease(
    start_service: StartService, document: Path, victim: str
) -> None:
    service = start_service(reviewer=GATED, lease_seconds=3600.0).start(slots=0)
    client = service.client()
    doomed = service.start_worker()
    review_id = client.upload(document)
    until(service.entered, what="the worker at work")

    if victim == "pool process":
        holder = _holder(service, review_id)
        os.kill(holder, signal.SIGKILL)
    else:
        kill(doomed)
        service.start_worker()
    service.open_gate()

    assert client.wait_for_end(review_id)["state"] == "SUCCESS"


def test_a_worker_that_was_only_slow_cannot_write_any_more(
    start_service: StartService, document: Path
) -> None:
    service = start_service(reviewer=GATED).start(slots=0)
    client = service.client()
    frozen = service.start_worker()
    review_id = client.upload(document)
    until(service.entered, what="the first worker at work")

    until(lambda: _is_frozen(frozen, service), what="a moment when it holds no lock")
    service.open_gate()
    service.start_worker()
    client.wait_for_end(review_id)
    ended = client.status(review_id)
    _signal_group(frozen, signal.SIGCONT)

    until(lambda: "went to another worker" in service.log, what="the fence")
    assert client.status(review_id) == ended


def test_a_document_that_kills_its_worker_fails_with_a_code_and_stays_so(
    start_service: StartService, document: Path
) -> None:
    service = start_service(
        reviewer="support.reviewers:DeadlyReviewer", lease_seconds=1.0, attempts_limit=2
    ).start(slots=1)
    client = service.client()

    review_id = client.upload(document)
    state = client.wait_for_end(review_id)

    assert state["state"] == "FAILURE"
    assert state["error"]["code"] == "worker_lost"


def test_an_upload_without_redis_is_accepted_and_reviewed_when_redis_is_back(
    start_service: StartService, document: Path
) -> None:
    service = start_service()
    redis = service.start_redis()
    service.start_web()
    client = service.client()
    kill(redis)

    review_id = client.upload(document)
    service.start_redis()
    service.start_worker()

    assert client.wait_for_end(review_id)["state"] == "SUCCESS"


def test_a_redis_that_forgot_everything_loses_no_document(
    start_service: StartService, document: Path
) -> None:
    service = start_service()
    redis = service.start_redis()
    service.start_web()
    client = service.client()
    ids = [client.upload(document) for _ in range(3)]

    kill(redis)
    for file in (service.settings.data_path / "redis").glob("append*"):
        file.unlink()
    service.start_redis()
    service.start_worker(slots=2)

    assert {client.wait_for_end(review_id)["state"] for review_id in ids} == {"SUCCESS"}


def test_a_cancelled_review_keeps_what_it_found_and_can_be_run_again(
    start_service: StartService, document: Path
) -> None:
    service = start_service(reviewer=GATED).start(slots=1)
    client = service.client()
    review_id = client.upload(document)
    until(lambda: _findings(service, review_id), what="the first findings")

    answer = client.post(f"/reviews/{review_id}/cancellation")
    service.open_gate()
    state = client.wait_for_end(review_id)
    kept = client.review(review_id)["findings"]
    client.post(f"/reviews/{review_id}/retry")

    assert answer.status_code == 202
    assert state["state"] == "REVOKED"
    assert kept
    assert client.wait_for_end(review_id)["state"] == "SUCCESS"


def test_a_cancelled_review_ends_in_the_middle_of_a_step_and_celery_clients_follow_it(
    start_service: StartService, document: Path
) -> None:
    service = start_service(reviewer=GATED).start(slots=1)
    client = service.client()
    url = celery_app.celery_url(service.settings.redis)
    somebody = Celery("somebody else", broker=url, backend=url)
    review_id = client.upload(document)

    def told() -> str:
        return str(AsyncResult(review_id, app=somebody).state)

    until(service.entered, what="a step that lasts until the gate is open")

    client.post(f"/reviews/{review_id}/cancellation")
    until(lambda: told() == "REVOKED", what="the end, with the gate closed")
    client.post(f"/reviews/{review_id}/retry")
    until(lambda: told() == "PROGRESS", what="the review under way again")
    service.open_gate()

    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
    until(lambda: told() == "SUCCESS", what="the mirrored end")
    assert "Traceback" not in service.log
    somebody.backend.client.connection_pool.disconnect()


def test_a_waiting_review_is_cancelled_at_once(start_service: StartService, document: Path) -> None:
    client = start_service().start(slots=0).client()
    review_id = client.upload(document)

    client.post(f"/reviews/{review_id}/cancellation")

    assert client.status(review_id)["state"] == "REVOKED"


def test_one_command_runs_all_stops_all_and_finds_the_reviews_again(
    start_service: StartService, document: Path
) -> None:
    service = start_service(worker_slots=1)
    client = service.client()
    up = service.run([sys.executable, "-m", "ai_prism", "up"])
    service.wait_until_ready()
    review_id = client.upload(document)
    client.wait_for_end(review_id)
    children = descendants(up.pid)

    up.send_signal(signal.SIGINT)
    stopped = up.wait(30)
    left = [pid for pid in children if Path(f"/proc/{pid}").exists()]
    again = service.run([sys.executable, "-m", "ai_prism", "up"])
    service.wait_until_ready()

    history = client.get("/reviews", headers={"Accept": "application/json"}).json()
    end(again)
    assert len(children) >= 3
    assert stopped == 0
    assert left == []
    assert [review["id"] for review in history] == [review_id]


def test_killing_the_one_command_leaves_nothing_running(start_service: StartService) -> None:
    service = start_service(worker_slots=1)
    up = service.run([sys.executable, "-m", "ai_prism", "up"])
    service.wait_until_ready()
    children = descendants(up.pid)

    up.kill()
    up.wait()

    until(
        lambda: not [pid for pid in children if Path(f"/proc/{pid}").exists()],
        what="the children to follow",
    )


def test_redis_never_holds_a_word_of_a_document(
    start_service: StartService, tmp_path: Path
) -> None:
    service = start_service().start(slots=1)
    client = service.client()
    document = tmp_path / "zanzibar.md"
    document.write_text("# Xylophone\n\nThe the quagga is TBD.\n")

    review_id = client.upload(document)
    client.wait_for_end(review_id)
    kept = b"".join(
        path.read_bytes()
        for path in (service.settings.data_path / "redis").rglob("*")
        if path.is_file()
    )

    assert client.review(review_id)["findings"]
    assert review_id.encode() in kept
    assert not [word for word in (b"zanzibar", b"Xylophone", b"quagga") if word in kept]


def test_readiness_says_what_is_missing(start_service: StartService) -> None:
    service = start_service().start(slots=0)

    answer = httpx.get(f"{service.url}/ready")

    assert answer.status_code == 503
    assert answer.json()["database"] == answer.json()["redis"] == "ok"
    assert answer.json()["worker"] == "nobody listens"


def _findings(service: Service, review_id: str) -> Counter[str]:
    engine = sa.create_engine(service.settings.database)
    with engine.connect() as connection:
        ids = sa.select(findings.c.id).where(findings.c.review_id == review_id)
        counted = Counter(connection.scalars(ids))
    engine.dispose()
    return counted


def _holder(service: Service, review_id: str) -> int:
    """Return the process that has the review."""
    engine = sa.create_engine(service.settings.database)
    with engine.connect() as connection:
        held = sa.select(reviews.c.lease_owner).where(reviews.c.id == review_id)
        holder = str(connection.scalar(held))
    engine.dispose()
    return int(holder.split("-")[1], 16)


def _places(review: dict[str, object]) -> list[tuple[object, ...]]:
    return [(f["rule_id"], f["anchors"]) for f in review["findings"]]


def _calm_review(start_service: StartService, document: Path) -> dict[str, object]:
    client = start_service().start(slots=1).client()
    review_id = client.upload(document)
    client.wait_for_end(review_id)
    return client.review(review_id)


def _is_frozen(process: Process, service: Service) -> bool:
    """Freeze the processes, but not while they write: SQLite has one lock, which stays theirs."""
    _signal_group(process, signal.SIGSTOP)
    path = service.settings.data_path / "ai-prism.db"
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            _signal_group(process, signal.SIGCONT)
            return False
        connection.execute("ROLLBACK")
    return True


def _signal_group(process: Process, number: signal.Signals) -> None:
    os.killpg(process.pid, number)
