"""How long three documents take on three slots, beside one alone: waiting work, real service.

Each document waits two seconds in a test reviewer, as for a model that answers over the network.
The uploads of one round are timed from the first request to the last review's end.

    make bench-parallel
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from ai_prism import examples
from support.service import Client, Service

ROUNDS = 5


def main() -> None:
    """Print the medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        reviewer = "support.reviewers:WaitingReviewer"
        service = Service(Path(folder) / "service", reviewer=reviewer, lease_seconds=15.0)
        try:
            service.start(slots=3).wait_until_ready()
            client = service.client()
            seconds(client, 3)  # warm: each slot has loaded its readers
            one, three = [], []
            for _ in range(ROUNDS):
                one.append(seconds(client, 1))
                three.append(seconds(client, 3))
        finally:
            service.stop()
    alone, together = statistics.median(one), statistics.median(three)
    print(f"one document     {alone:6.2f} s  (median of {ROUNDS})")
    print(f"three documents  {together:6.2f} s  on three slots")
    print(f"ratio            {together / alone:6.2f}")


def seconds(client: Client, documents: int, guidelines: str = "") -> float:
    """Return how long *documents* uploaded one after the other take until the last is reviewed.

    Args:
        client: whose they are.
        documents: how many.
        guidelines: the playbook to review them by; empty: the one that suits.
    """
    path = examples.path("incident-report.docx")
    begin = time.perf_counter()
    for review_id in [client.upload(path, guidelines) for _ in range(documents)]:
        state = client.wait_for_end(review_id)["state"]
        if state != "SUCCESS":
            raise RuntimeError(f"{review_id} ended as {state}")
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
