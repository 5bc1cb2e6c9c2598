"""What the shipped clause models cost: size, start, memory and time a sentence, on one thread."""

import os
import statistics
import time
from pathlib import Path

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


def main() -> None:
    """Print the figures of each model after the other, in one process."""
    text = "\n\n".join(SENTENCES[n % 3].format(n=n) for n in range(COUNT))
    subject = a_subject(text)
    size = sum(p.stat().st_size for p in (Path(clauses.__file__).parent / "data").glob("*.npz"))
    print(f"Shipped: {size / 1e6:.2f} MB together")
    began = _memory()
    for kind in clauses.FAMILIES:
        before = time.perf_counter()
        model = clauses.load(kind)
        loaded = time.perf_counter() - before
        assert model is not None  # noqa: S101
        seconds = []
        for _ in range(5):
            before = time.perf_counter()
            model.clauses(subject)
            seconds.append(time.perf_counter() - before)
        took = statistics.median(seconds)
        print(
            f"  {kind:<17} loaded in {loaded:.2f} s, {COUNT} sentences in {took:.2f} s"
            f" ({1000 * took / COUNT:.2f} ms each), {_memory() - began:.0f} MB more than before"
        )


def _memory() -> float:
    """Return how much memory this process has now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
