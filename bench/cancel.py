"""How soon a cancelled review ends while its document is read, and in what follows: real service.

A document of many pages is cancelled once its first pages are read, a scan once its first page is
recognised; one of many short lines when it has been read and its sections are looked for, and when
it is checked. Each is timed from the request to the state REVOKED. What a page shows, and what a
program is told, follows that state.

    make bench-cancel
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from scans import scan

from support.documents import LINE, lines, write_pdf
from support.service import Client, Service
from support.waiting import until

Progress = dict[str, Any]

ROUNDS = 5
PAGES = 3000
SCANNED_PAGES = 12
LINES = 60_000


def main() -> None:
    """Print the median and the longest of some rounds."""
    with tempfile.TemporaryDirectory() as folder:
        page = lines(*[LINE] * 45)
        pages = write_pdf(Path(folder, "long.pdf"), [page] * PAGES, pageCompression=1)
        scanned = Path(folder, "scan.pdf")
        scan(write_pdf(Path(folder, "printed.pdf"), [page] * SCANNED_PAGES), scanned)
        short = Path(folder, "short.md")
        short.write_text("".join(f"We do it {number % 97}.\n\n" for number in range(LINES)))
        service = Service(Path(folder) / "service")
        try:
            service.start(slots=1).wait_until_ready()
            client = service.client()
            taken = {
                "reading": [seconds(client, pages, is_reading) for _ in range(ROUNDS)],
                "recognising": [seconds(client, scanned, is_recognising) for _ in range(ROUNDS)],
                "sections": [seconds(client, short, is_read) for _ in range(ROUNDS)],
                "checks": [seconds(client, short, is_checking) for _ in range(ROUNDS)],
            }
        finally:
            service.stop()
    print(f"from the request to cancel until the review has ended, {ROUNDS} times, median, longest")
    for name, times in taken.items():
        print(f"{name:11} {statistics.median(times):.2f} s {max(times):.2f} s")


def seconds(client: Client, document: Path, is_time: Callable[[Progress], bool]) -> float:
    """Return how long the review of *document* takes to end, cancelled when it *is_time*."""
    review_id = client.upload(document)
    until(lambda: is_time(client.status(review_id)["progress"]), 120, what=is_time.__name__)
    begin = time.perf_counter()
    client.post(f"/reviews/{review_id}/cancellation").raise_for_status()
    state = client.wait_for_end(review_id)["state"]
    taken = time.perf_counter() - begin
    if state != "REVOKED":
        raise RuntimeError(f"the document was read too fast: {state}")
    return taken


def is_reading(progress: Progress) -> bool:
    """Whether the first pages are read, and not the last."""
    return progress["stage"] == "reading" and 0 < progress["done"] < progress["total"]


def is_recognising(progress: Progress) -> bool:
    """Whether the words of the first pages are recognised, and not of the last."""
    return progress["stage"] == "recognising" and 0 < progress["done"] < progress["total"]


def is_read(progress: Progress) -> bool:
    """Whether all is read; what comes next tells nothing until it is done."""
    return progress["stage"] == "reading" and 0 < progress["total"] == progress["done"]


def is_checking(progress: Progress) -> bool:
    """Whether rules are at work."""
    return progress["stage"] == "checks"


if __name__ == "__main__":
    main()
