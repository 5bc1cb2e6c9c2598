"""Several documents on several workers: work of the processor, and work that waits."""

import tempfile
from pathlib import Path
from statistics import median

import parallel as documents

from speed import Table
from support.service import Service

_WORKERS = (1, 2, 3)
_DOCUMENTS = (1, 2, 3, 6)
_ROUNDS = 3
_RULES_ALONE = """name: rules-alone
version: "1"
title: Rules alone
extends: incident-report
without: [spelling, grammar]
"""
#: A reviewer that waits for two seconds for each document, one that computes so long, and none;
#: and by which playbook.
_KINDS = {
    "waiting, 2 s": ("support.reviewers:WaitingReviewer", ""),
    "of one core, 2 s": ("support.reviewers:ComputingReviewer", _RULES_ALONE),
    "rules and language": ("", ""),
}


def measure() -> Table:
    """Return how long so many documents took on so many workers of one slot, medians."""
    rows = []
    for kind, (reviewer, guidelines) in _KINDS.items():
        for workers in _WORKERS:
            seconds = _seconds(reviewer, workers, guidelines)
            alone = seconds[1]
            rows.append(
                [kind, str(workers)]
                + [f"{seconds[count]:.2f}" for count in _DOCUMENTS]
                + [f"{seconds[workers] / alone:.2f}", f"{6 * alone / seconds[6]:.2f}"]
            )
    return Table(
        "Parallel",
        "The incident report of the examples, uploaded so many times at once; seconds until the "
        f"last is reviewed, medians of {_ROUNDS}. Language is looked at in a process of its own, "
        "beside the rules, so that one worker alone takes more than one core where that is on. "
        "“As many” is the time for as many documents as workers, as a multiple of one document's; "
        "“gain” how many times as many documents a second six of them bring, beside one alone.",
        (
            *("work", "workers", *(f"{count} documents s" for count in _DOCUMENTS)),
            *("as many", "gain"),
        ),
        rows,
    )


def _seconds(reviewer: str, workers: int, guidelines: str) -> dict[int, float]:
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "service", reviewer=reviewer, lease_seconds=15.0)
        try:
            service.start(slots=0)
            for _ in range(workers):
                service.start_worker()
            service.wait_until_ready()
            with service.client() as client:
                documents.seconds(client, 2 * workers, guidelines)  # warm: each has loaded all
                return {
                    count: median(
                        documents.seconds(client, count, guidelines) for _ in range(_ROUNDS)
                    )
                    for count in _DOCUMENTS
                }
        finally:
            service.stop()
