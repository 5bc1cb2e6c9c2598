"""Scans have a queue and workers of their own: they hold up nobody, and are lost no sooner."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from ai_prism import examples
from support.documents import LINE, lines, together, write_pdf
from support.scans import need_tesseract, scanned
from support.service import Service, kill
from support.waiting import until

StartService = Callable[..., Service]

PAGE = together(lines("Delivery plan", size=18, bold=True), lines(LINE, LINE, top=700))
FAULTY = lines(LINE, "The supplier delivers to [TO BE FILLED IN] by TBD.")
#: The real program, but for that it waits until the gate is open.
GATED = """#!/bin/sh
touch "$GATE/recognising-$$"
while [ ! -e "$GATE/open" ]; do sleep 0.05; done
exec {program} "$@"
"""


@pytest.fixture(scope="module")
def tesseract() -> str:
    return need_tesseract()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return write_pdf(tmp_path / "scan.pdf", [FAULTY, *[scanned(PAGE, tmp_path)] * 3])


@pytest.fixture
def service(start_service: StartService, tmp_path: Path, tesseract: str) -> Service:
    """A service without a worker, whose recognition waits at a gate."""
    gated = tmp_path / "bin" / "tesseract"
    gated.parent.mkdir()
    gated.write_text(GATED.format(program=tesseract))
    gated.chmod(0o755)
    made = start_service()
    made.environment["PATH"] = f"{gated.parent}:{os.environ['PATH']}"
    return made.start(slots=0)


def _recognising(service: Service) -> int:
    return len(list(service.gate.glob("recognising-*")))


def _progress(status: dict[str, Any]) -> dict[str, Any]:
    progress: dict[str, Any] = status["progress"]
    return progress


def test_a_short_document_overtakes_a_scan_that_came_before_it(
    service: Service, scan: Path
) -> None:
    service.start_worker(queue="documents")
    service.start_worker(queue="ocr")
    client = service.client()

    slow = client.upload(scan)
    until(lambda: _recognising(service), what="the recognition of the first page")
    quick = client.wait_for_end(client.upload(examples.path("design-document.md")))
    meanwhile = client.status(slow)
    service.open_gate()

    assert quick["state"] == "SUCCESS"
    assert meanwhile["state"] == "PROGRESS"
    assert _progress(meanwhile)["stage"] == "recognising"
    assert client.wait_for_end(slow)["state"] == "SUCCESS"


def test_a_scan_is_recognised_and_reviewed_like_any_other_document(
    service: Service, scan: Path
) -> None:
    service.open_gate()
    service.start_worker(queue="documents")
    service.start_worker(queue="ocr")
    client = service.client()

    review_id = client.upload(scan)

    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
    review: Any = client.review(review_id)
    assert [page["page"] for page in review["coverage"]["recognised"]] == [2, 3, 4]
    assert "Delivery plan" in {section["title"] for section in review["sections"]}


def test_another_worker_recognises_what_a_killed_one_had_begun(
    service: Service, scan: Path
) -> None:
    service.start_worker(queue="documents")
    doomed = service.start_worker(queue="ocr")
    client = service.client()
    review_id = client.upload(scan)
    until(lambda: _recognising(service), what="the recognition of the first page")

    kill(doomed)
    service.open_gate()
    service.start_worker(queue="ocr")

    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
    findings: Any = client.review(review_id)["findings"]
    assert findings
    assert len({finding["id"] for finding in findings}) == len(findings)


def test_a_scan_is_cancelled_while_it_is_recognised(service: Service, scan: Path) -> None:
    service.start_worker(queue="documents")
    service.start_worker(queue="ocr")
    client = service.client()
    review_id = client.upload(scan)
    until(lambda: _recognising(service), what="the recognition of the first page")

    answer = client.post(f"/reviews/{review_id}/cancellation")

    assert answer.status_code in (200, 202, 204), answer.text
    assert client.wait_for_end(review_id)["state"] == "REVOKED"


def test_without_a_worker_for_them_scans_wait_and_say_so(service: Service, scan: Path) -> None:
    service.open_gate()
    service.start_worker(queue="documents")
    client = service.client()

    review_id = client.upload(scan)
    until(lambda: _progress(client.status(review_id))["queue"] == "ocr", what="the hand-on")
    status, ready = client.status(review_id), client.get("/ready")
    page = client.get(f"/reviews/{review_id}", headers={"Accept": "text/html"}).text
    service.start_worker(queue="ocr")

    assert status["state"] == "PENDING"
    assert _progress(status)["queue_position"] == 1
    assert _progress(status)["waits_for_worker"] is True
    assert _progress(status)["eta_seconds"] is None
    assert (ready.status_code, ready.json()["ocr"]) == (200, "nobody listens")
    assert "Waiting for recognition of its scanned pages; no worker for it is running" in page
    assert client.wait_for_end(review_id)["state"] == "SUCCESS"


def test_one_worker_may_work_on_both_queues(service: Service, scan: Path) -> None:
    service.open_gate()
    service.start_worker()
    client = service.client()

    review_id = client.upload(scan)

    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
    assert client.get("/ready").json()["ocr"] == "ok"


def test_without_tesseract_nothing_is_handed_on(start_service: StartService, scan: Path) -> None:
    service = start_service()
    service.environment["PATH"] = "/nowhere"
    service.start(slots=0)
    service.start_worker(queue="documents")
    client = service.client()

    review_id = client.upload(scan)

    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
    review: Any = client.review(review_id)
    assert [part["where"] for part in review["coverage"]["not_read"]] == [
        "page 2",
        "page 3",
        "page 4",
    ]


def test_the_one_command_has_a_worker_for_scans(
    start_service: StartService, tesseract: str
) -> None:
    service = start_service()
    service.run([sys.executable, "-m", "ai_prism", "up"])

    def queues() -> tuple[str, str] | None:
        try:
            told = httpx.get(service.url + "/ready").json()
        except httpx.TransportError:
            return None
        return told["documents"], told["ocr"]

    until(lambda: queues() == ("ok", "ok"), what="workers on both queues")
