"""What the shipped clause models cost: size, start, memory and time a sentence, on one thread.

Each time is told on the clock and, behind it, on the processor: on a busy machine the first says
more of the others.
"""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

os.environ["OMP_NUM_THREADS"] = "1"

from ai_prism.core.risk import clauses
from ai_prism.testing import a_subject

SENTENCES = (
    "The Supplier's total liability under this Agreement shall not exceed the fees paid in the"
    " twelve months before the claim arose, whatever the form of action, number {n}.",
    "Either party may terminate this Agreement at any time upon {n} days' written notice.",
    "Customer shall deliver the Equipment listed in Annex {n} to the site in good working order.",
)
COUNT = 1500
Made = TypeVar("Made")


def main() -> None:
    """Print the figures of each model after the other, in one process."""
    text = "\n\n".join(SENTENCES[n % 3].format(n=n) for n in range(COUNT))
    subject = a_subject(text)
    size = sum(p.stat().st_size for p in (Path(clauses.__file__).parent / "data").glob("*.npz"))
    print(f"Shipped: {size / 1e6:.2f} MB together")
    began = _memory()
    for kind in clauses.FAMILIES:
        model, loading = _timed(lambda kind=kind: clauses.load(kind))
        assert model is not None  # noqa: S101
        scoring = [_timed(lambda model=model: model.clauses(subject))[1] for _ in range(5)]
        wall, busy = (statistics.median(each) for each in zip(*scoring, strict=True))
        print(
            f"  {kind:<17} loaded in {loading[0]:.2f} s ({loading[1]:.2f}), {COUNT} sentences in"
            f" {wall:.2f} s ({busy:.2f}; {1000 * busy / COUNT:.2f} ms each),"
            f" {_memory() - began:.0f} MB more than before"
        )


def _timed(work: Callable[[], Made]) -> tuple[Made, tuple[float, float]]:
    """Return what *work* makes, and the seconds it took on the clock and on the processor."""
    wall, busy = time.perf_counter(), time.process_time()
    made = work()
    return made, (time.perf_counter() - wall, time.process_time() - busy)


def _memory() -> float:
    """Return how much memory this process has now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
