"""How soon a cancelled review ends while its document is being read: real service.

A long document is uploaded; once its first pages are read it is cancelled, and timed from the
request to the state REVOKED. What a page shows, and what a program is told, follows that state.

    make bench-cancel
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.documents import LINE, lines, write_pdf
from support.service import Client, Service
from support.waiting import until

ROUNDS = 5
PAGES = 3000


def main() -> None:
    """Print the median and the longest of some rounds."""
    with tempfile.TemporaryDirectory() as folder:
        page = lines(*[LINE] * 45)
        document = write_pdf(Path(folder, "long.pdf"), [page] * PAGES, pageCompression=1)
        service = Service(Path(folder) / "service")
        try:
            service.start(slots=1).wait_until_ready()
            client = service.client()
            taken = [seconds(client, document) for _ in range(ROUNDS)]
        finally:
            service.stop()
    print(f"from the request to cancel until the review has ended, {ROUNDS} times")
    print(f"median   {statistics.median(taken):.2f} s")
    print(f"longest  {max(taken):.2f} s")


def seconds(client: Client, document: Path) -> float:
    """Return how long the review of *document*, cancelled while it is read, takes to end."""
    review_id = client.upload(document)
    until(lambda: _is_reading(client, review_id), what="the first pages")
    begin = time.perf_counter()
    client.post(f"/reviews/{review_id}/cancellation").raise_for_status()
    state = client.wait_for_end(review_id)["state"]
    taken = time.perf_counter() - begin
    if state != "REVOKED":
        raise RuntimeError(f"the document was read too fast: {state}")
    return taken


def _is_reading(client: Client, review_id: str) -> bool:
    progress = client.status(review_id)["progress"]
    return progress["stage"] == "reading" and progress["done"] > 0


if __name__ == "__main__":
    main()
