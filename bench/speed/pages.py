"""First finding and whole review as documents grow, on a warm worker of one slot."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from generated import write_docx, write_pdf

from ai_prism.core.progress import Stage
from speed import Table
from speed.following import Followed, follow
from support.processes import children, command, descendants
from support.service import Service

_FORMS: dict[str, Callable[[Path, int], None]] = {"docx": write_docx, "pdf": write_pdf}
#: Pages, and how often each is measured.
_SIZES = {1: 7, 10: 7, 100: 3, 1000: 1}
_STAGES = (Stage.READING, Stage.SECTIONS, Stage.CHECKS, Stage.RISK)


def measure() -> Table:
    """Return a row for each form and size."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "service", lease_seconds=15.0)
        try:
            service.start(slots=1).wait_until_ready()
            for form, write in _FORMS.items():
                costs: dict[int, float] = {}
                for pages, rounds in _SIZES.items():
                    path = Path(folder, f"{pages}.{form}")
                    write(path, pages)
                    followed = _repeated(service, path, rounds)
                    costs[pages] = median(f.whole for f in followed) / pages
                    rows.append(_row(form, pages, followed, costs, _peak_bytes()))
        finally:
            service.stop()
    return Table(
        "Pages",
        "Documents made up of titles, paragraphs and tables, reviewed by the whole service with "
        "grammar; seconds from the 202, medians. Pages a second by stage are those of the "
        "receipt. Memory is the highest that one of the "
        "processes of the worker which still run has had.",
        (
            *("form", "pages", "words", "first finding s", "whole s", "ms a page", "to 10 pages"),
            *(f"{stage.value} pages/s" for stage in _STAGES),
            "peak MB",
        ),
        rows,
    )


def _repeated(service: Service, path: Path, rounds: int) -> list[Followed]:
    with service.client() as client:
        if rounds > 1:
            follow(service, client, path)
        return [follow(service, client, path) for _ in range(rounds)]


def _row(
    form: str, pages: int, followed: list[Followed], costs: dict[int, float], peak: int
) -> list[str]:
    first = [f.first_finding - f.accepted for f in followed if f.first_finding]
    spent = {
        stage: median(f.review["receipt"]["seconds"].get(stage, 0.0) for f in followed)
        for stage in _STAGES
    }
    return [
        form,
        f"{pages:,}",
        f"{followed[0].review['document']['words']:,}",
        f"{median(first):.2f}" if first else "none found",
        f"{median(f.whole for f in followed):.2f}",
        f"{1000 * costs[pages]:.1f}",
        f"{costs[pages] / costs[10]:.2f}" if 10 in costs else "",
        *(f"{pages / seconds:,.0f}" if seconds else "" for seconds in spent.values()),
        f"{peak / 1e6:.0f}",
    ]


def _peak_bytes() -> int:
    """Return the highest memory that one of the worker's processes has had."""
    roots = [pid for pid in children(os.getpid()) if "ai_prism worker" in command(pid)]
    return max(_high_water(pid) for root in roots for pid in (root, *descendants(root)))


def _high_water(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)
