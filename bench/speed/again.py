"""The second review of the same file, and of one with a changed section, beside the first."""

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
    """Return the medians of first and later reviews, each set of a new document."""
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "service", lease_seconds=15.0)
        try:
            service.start(slots=1).wait_until_ready()
            with service.client() as client:
                for number in range(_ROUNDS + 1):
                    path, changed = Path(folder, f"{number}.docx"), Path(folder, f"{number}b.docx")
                    write_docx(path, _PAGES + number)
                    write_docx(changed, _PAGES + number, changed=_PAGES // 2)
                    files = (path, path, changed)
                    taken.append([follow(service, client, each).whole for each in files])
        finally:
            service.stop()
    # The first document warms the worker.
    first, again, changed_one = (median(times) for times in zip(*taken[1:], strict=True))
    return Table(
        "Again",
        f"The same Word file of {_PAGES} pages twice, and once with a page of other words; medians "
        f"of {_ROUNDS}. Without a language model nothing is kept from one review for the next; "
        "with one, `make bench-llm` counts what is asked again.",
        ("review", "s", "ratio"),
        [
            [which, f"{seconds:.2f}", f"{seconds / first:.2f}"]
            for which, seconds in (
                ("the first", first),
                ("the same again", again),
                ("one section changed", changed_one),
            )
        ],
    )
