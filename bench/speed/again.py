"""The second review of the same file, beside the first."""

import tempfile
from pathlib import Path
from statistics import median

from generated import write_docx

from speed import Table
from speed.following import follow
from support.service import Service

_PAGES = 100
_ROUNDS = 3


def measure() -> Table:
    """Return the medians of first and second reviews, each pair of a new document."""
    first, second = [], []
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "service", lease_seconds=15.0)
        try:
            service.start(slots=1).wait_until_ready()
            with service.client() as client:
                for number in range(_ROUNDS + 1):
                    path = Path(folder, f"{number}.docx")
                    write_docx(path, _PAGES + number)
                    times = [follow(service, client, path).whole for _ in range(2)]
                    if number:  # the first document warms the worker
                        first.append(times[0])
                        second.append(times[1])
        finally:
            service.stop()
    return Table(
        "Again",
        f"The same Word file of {_PAGES} pages twice; medians of {_ROUNDS}. Without a reviewer "
        "nothing is kept from one review for the next.",
        ("first s", "second s", "ratio"),
        [
            [
                f"{median(first):.2f}",
                f"{median(second):.2f}",
                f"{median(second) / median(first):.2f}",
            ]
        ],
    )
