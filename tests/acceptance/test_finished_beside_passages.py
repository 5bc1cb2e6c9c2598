"""What is asked of a whole document keeps no passage of another waiting."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.llm_server import ModelServer
from support.service import Service, end
from support.waiting import until

#: Longer than a small document takes from the upload to the end, by far.
LONG_SECONDS = 10.0


@pytest.fixture
def server() -> Iterator[ModelServer]:
    running = ModelServer()
    yield running
    running.stop()


@pytest.fixture
def service(server: ModelServer, tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path / "service", llm_models="some-model", llm_base_url=server.base_url)
    running.start(slots=0)
    running.start_worker(1, "documents")
    yield running
    running.stop()


def a_document(folder: Path, name: str) -> Path:
    path = folder / f"{name}.md"
    parts = (
        f"# Part {n} of {name}\n\nServer {n} of {name} failed on Monday in the night of the storm."
        for n in (1, 2, 3)
    )
    path.write_text("\n\n".join(parts), encoding="utf-8")
    return path


def test_a_document_is_read_and_finished_while_the_only_slot_finishes_another(
    service: Service, server: ModelServer, tmp_path: Path
) -> None:
    worker = service.start_worker(1, "sections")
    client = service.client()
    server.plan({"times": 3}, {"seconds": LONG_SECONDS})

    first = client.upload(a_document(tmp_path, "one"))
    until(lambda: len(server.seen) == 4, what="the question about the whole of the first")
    second = client.upload(a_document(tmp_path, "two"))

    assert client.wait_for_end(second)["state"] == "SUCCESS"
    assert client.status(first)["state"] == "PROGRESS"
    end(worker)  # a worker that is told to end does not leave what it finishes
    assert client.status(first)["state"] == "SUCCESS"
    assert len(server.seen) == 8
