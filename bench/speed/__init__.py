"""What `make bench` measures: each module has a `measure()` that returns one table."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple


class Table(NamedTuple):
    """What one module of this package has measured."""

    title: str
    text: str  #: what was measured, and beside what
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def at_share(values: Sequence[float], share: float) -> float:
    """Return the value that *share* of *values* stay under."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def milliseconds(values: Sequence[float], share: float = 0.5) -> str:
    """Return what *share* of *values*, in seconds, stay under; by default the median."""
    return f"{1000 * (median(values) if share == 0.5 else at_share(values, share)):.1f}"
