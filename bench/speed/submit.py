"""`POST /upload` of 1 MB, beside an endpoint that saves the file and calls `.delay()`."""

import os
import tempfile
import zipfile
from pathlib import Path
from shutil import copyfile

from ai_prism import examples
from speed import Table, at_share, load, milliseconds
from speed.beside import Beside
from support.service import Service

_BYTES = 1_000_000
_CLIENTS = (1, 10, 50)
_ROUNDS = 3
_SECONDS = 4.0


def measure() -> Table:
    """Return requests a second, p50 and p99, the rounds of both in turn."""
    with tempfile.TemporaryDirectory() as folder:
        document = a_large_document(Path(folder))
        service = Service(Path(folder) / "service", web_threads=256)
        beside = Beside(service)
        try:
            service.start(slots=0)
            beside.start_web()
            rows = [_row(service.port, beside.port, document, clients) for clients in _CLIENTS]
        finally:
            service.stop()
    return Table(
        "Submit",
        f"A Word file of {_BYTES / 1e6:.0f} MB, no two alike, sent by so many clients at once, "
        "beside an endpoint that only saves the file and calls `.delay()`, under the same server "
        "with the same settings. Ours also syncs file and row to disk before it answers, looks "
        "what the file is, and writes the audit log. No worker runs. "
        f"{_ROUNDS} rounds of {_SECONDS:.0f} s each, in turn; clients and server share the cores.",
        ("clients", "a second", "beside", "p50 ms", "beside", "ratio", "p99 ms", "beside", "ratio"),
        rows,
    )


def a_large_document(folder: Path) -> Path:
    """Return a Word file with a picture that makes it large, and a comment at its end to vary."""
    path = folder / "large.docx"
    copyfile(examples.path("incident-report.docx"), path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/media/picture.bin", os.urandom(_BYTES - path.stat().st_size))
        archive.comment = b"-" * 16
    return path


def _row(ours: int, bare: int, document: Path, clients: int) -> list[str]:
    seconds: dict[int, list[float]] = {ours: [], bare: []}
    lasted = {ours: 0.0, bare: 0.0}
    for port in (ours, bare):
        load.upload(port, document, clients, 1.0)  # threads started, connections opened
    for _ in range(_ROUNDS):
        for port in (ours, bare):
            answers = load.upload(port, document, clients, _SECONDS)
            seconds[port] += answers.seconds
            lasted[port] += answers.lasted
    row = [str(clients)] + [f"{len(seconds[port]) / lasted[port]:.0f}" for port in (ours, bare)]
    for share in (0.5, 0.99):
        mine, its = (at_share(seconds[port], share) for port in (ours, bare))
        row += [milliseconds([mine]), milliseconds([its]), f"{mine / its:.2f}"]
    return row
