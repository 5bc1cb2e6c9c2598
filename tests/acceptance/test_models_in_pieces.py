"""A real service that asks a real model server about each passage, in tasks of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.llm_server import ModelServer
from support.service import Client, Process, Service, end, kill
from support.waiting import until

PARTS = 40


def a_text(changed: int | None = None) -> str:
    """Return a document of so many sections; in each one sentence is a fault to a model."""
    parts = []
    for n in range(PARTS):
        day = "Tuesday" if n == changed else "Monday"
        parts.append(
            f"# Part {n}\n\nServer number {n} failed on {day} in the night of the storm.\n\n"
            f"The team of part {n} will repair it at once.\n\nThe cost is TBD."
        )
    return "\n\n".join(parts)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    running = ModelServer()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def service(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose documents are read; who asks the model is up to the test."""
    running = Service(
        tmp_path_factory.mktemp("service"),
        llm_models="some-model",
        llm_base_url=server.base_url,
        llm_prices="1/4",
    )
    running.start(slots=0)
    running.start_worker(1, "documents")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def asking(service: Service) -> Iterator[Process]:
    """A worker that asks the model about many passages at once."""
    worker = service.start_worker(8, "sections")
    yield worker
    end(worker)


@pytest.fixture
def client(service: Service, server: ModelServer) -> Client:
    server.plan()
    return service.client()


@pytest.fixture
def upload(client: Client, tmp_path: Path) -> Callable[..., str]:
    def send(changed: int | None = None) -> str:
        path = tmp_path / "report.md"
        path.write_text(a_text(changed), encoding="utf-8")
        return client.upload(path)

    return send


def by_model(review: dict[str, Any]) -> list[str]:
    found = [f for f in review["findings"] if f["source"]["engine"] == "llm"]
    return sorted(finding["anchors"][0]["quote"] for finding in found)


def test_each_passage_is_asked_about_and_the_last_one_finishes(
    asking: Process, server: ModelServer, client: Client, upload: Callable[..., str]
) -> None:
    # As a model does, it takes its time; one that answers at once may be done before the next
    # request is sent.
    server.plan(seconds=0.25)
    review_id = upload()

    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
    review: dict[str, Any] = client.review(review_id)
    assert len(by_model(review)) == PARTS
    assert review["receipt"]["remarks_verified"] == review["receipt"]["remarks_offered"] > PARTS
    (sent,) = review["receipt"]["sent"]
    assert sent["requests"] == len(server.seen) == PARTS + 1
    assert sent["price"] > 0
    assert 1 < server.most_at_once <= 8


def test_the_same_words_cost_nothing_the_second_time_and_a_change_only_itself(
    asking: Process, server: ModelServer, client: Client, upload: Callable[..., str]
) -> None:
    first = upload()
    client.wait_for_end(first)
    server.plan()

    client.wait_for_end(again := upload())
    asked_again = len(server.seen)
    client.wait_for_end(changed := upload(changed=5))

    assert asked_again == 0
    assert len(server.seen) == 2  # the section, and the document as a whole
    receipt: dict[str, Any] = client.review(again)["receipt"]  # type: ignore[assignment]
    assert receipt["passages_reused"] == PARTS + 1
    assert receipt["sent"] == []
    assert receipt["outbound"] == "nothing left this machine"
    assert by_model(client.review(again)) == by_model(client.review(changed))


def test_a_model_that_refuses_leaves_the_rules_findings_and_a_problem(
    asking: Process, server: ModelServer, client: Client, upload: Callable[..., str]
) -> None:
    server.plan({"status": 401, "times": 99})

    review_id = upload()
    assert client.wait_for_end(review_id)["state"] == "SUCCESS"

    review: dict[str, Any] = client.review(review_id)
    (problem,) = [p for p in review["problems"] if p["code"] == "reviewer"]
    assert f"did not read {PARTS} of {PARTS} parts" in problem["message"]
    assert "answered 401" in problem["message"]
    assert by_model(review) == []
    assert review["findings"]


def test_findings_and_progress_are_there_while_passages_are_read(
    asking: Process, server: ModelServer, client: Client, upload: Callable[..., str]
) -> None:
    server.plan(seconds=0.3)
    review_id = upload()

    def has_read_some() -> bool:
        progress: dict[str, Any] = client.status(review_id)["progress"]  # type: ignore[assignment]
        seen.append((progress["stage"], progress["done"], progress["total"]))
        return 0 < progress["done"] < PARTS and progress["stage"] == "reviewer"

    seen: list[tuple[str, int, int]] = []
    until(has_read_some, what="some passages read and some not")
    found = by_model(client.review(review_id))

    assert len(found) > 0
    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
    assert {total for stage, _, total in seen if stage == "reviewer"} == {PARTS + 1}


def test_a_cancelled_review_asks_no_more(
    asking: Process, server: ModelServer, client: Client, upload: Callable[..., str]
) -> None:
    server.plan(seconds=1.0)
    review_id = upload()
    until(lambda: len(server.seen) >= 8, what="the first questions")

    client.post(f"/reviews/{review_id}/cancellation")

    assert client.status(review_id)["state"] == "REVOKED"
    until(lambda: server.at_once == 0, what="the last answers")
    assert len(server.seen) == 8


def test_killing_a_worker_repeats_only_what_was_in_its_hands(
    service: Service,
    asking: Process,
    server: ModelServer,
    client: Client,
    upload: Callable[..., str],
) -> None:
    """The last test with this worker."""
    server.plan(seconds=0.5)
    review_id = upload()
    until(lambda: len(server.seen) > 8, what="some answers, and questions under way")

    kill(asking)
    in_flight = 8
    service.start_worker(8, "sections")

    assert client.wait_for_end(review_id)["state"] == "SUCCESS"
    assert PARTS + 1 <= len(server.seen) <= PARTS + 1 + in_flight
    assert len(by_model(client.review(review_id))) == PARTS
