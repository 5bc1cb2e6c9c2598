"""How long a document of forty sections takes that a model reads, 1.5 s for each question.

The real service and a model server of our tests, over HTTP. Ideal is what the waiting alone takes:
the rounds of questions that the slots allow, and the one about the whole document. Each document is
new, so that nothing is known from before.

    make bench-llm
"""

import math
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.llm_server import ModelServer
from support.service import Client, Service, end

SECTIONS = 40
SECONDS = 1.5
ROUNDS = 3


def main() -> None:
    """Print the medians beside what is ideal."""
    server = ModelServer()
    with tempfile.TemporaryDirectory() as folder:
        service = Service(
            Path(folder) / "service",
            lease_seconds=15.0,
            llm_models="some-model",
            llm_base_url=server.base_url,
        )
        try:
            service.start(slots=0)
            service.start_worker(3, "documents")
            _measure(service, server, Path(folder))
        finally:
            service.stop()
            server.stop()


def _measure(service: Service, server: ModelServer, folder: Path) -> None:
    client = service.client()
    server.plan(seconds=SECONDS)
    asking = service.start_worker(8, "sections")
    _seconds(client, folder, 1)  # warm
    one = statistics.median(_seconds(client, folder, 1) for _ in range(ROUNDS))
    end(asking)
    asking = service.start_worker(24, "sections")
    _seconds(client, folder, 3)
    three = statistics.median(_seconds(client, folder, 3) for _ in range(ROUNDS))
    end(asking)
    ideal = SECONDS * (math.ceil(SECTIONS / 8) + 1)
    print(f"{SECTIONS} sections at {SECONDS} s each, medians of {ROUNDS}")
    print(f"one document, 8 slots      {one:6.2f} s  {one / ideal:5.2f} of the ideal {ideal:.2f} s")
    print(f"three documents, 24 slots  {three:6.2f} s  {three / one:5.2f} of one document")
    _show_progress(service, server, client, folder)


def _seconds(client: Client, folder: Path, documents: int) -> float:
    """Return how long *documents* uploaded one after the other take until the last is reviewed."""
    begin = time.perf_counter()
    for review_id in [client.upload(_a_document(folder)) for _ in range(documents)]:
        state = client.wait_for_end(review_id, seconds=300)["state"]
        if state != "SUCCESS":
            raise RuntimeError(f"{review_id} ended as {state}")
    return time.perf_counter() - begin


def _show_progress(service: Service, server: ModelServer, client: Client, folder: Path) -> None:
    """Print how far the service says it is with one slot, beside what the server has answered."""
    server.plan(seconds=0.25)
    asking = service.start_worker(1, "sections")
    review_id = client.upload(_a_document(folder))
    told: list[tuple[int, int]] = []
    while (state := client.status(review_id))["state"] != "SUCCESS":
        progress: dict[str, Any] = state["progress"]  # type: ignore[assignment]
        if progress["stage"] == "reviewer":
            told.append((progress["done"], len(server.seen)))
        time.sleep(0.05)
    end(asking)
    apart = max(asked - done for done, asked in told)
    steps = len({done for done, _ in told})
    print(f"one document, 1 slot       {steps} steps told, at most {apart} behind what was asked")


_made = 0


def _a_document(folder: Path) -> Path:
    global _made
    _made += 1
    parts = [
        f"# Part {n}\n\nServer {n} of site {_made} failed in the night of the storm. The team will"
        " repair it at once."
        for n in range(SECTIONS)
    ]
    path = folder / f"report-{_made}.md"
    path.write_text("\n\n".join(parts), encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
