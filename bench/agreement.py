"""How well two series of ordered levels agree; levels are numbers from nought."""

import math
from collections.abc import Sequence


def kappa(
    one: Sequence[int], other: Sequence[int], levels: int, *, weighted: bool = False
) -> float:
    """Return Cohen's kappa of two readings: 1 is full agreement, 0 what chance would give.

    Weighted, a miss counts by the square of its distance (J. Cohen, Psychological Bulletin 70(4),
    1968), as taking high for none is worse than taking high for medium.
    """

    def cost(first: int, second: int) -> float:
        return float((first - second) ** 2 if weighted else first != second)

    size = len(one)
    seen = sum(map(cost, one, other)) / size
    shares = [[series.count(level) / size for level in range(levels)] for series in (one, other)]
    by_chance = sum(
        shares[0][a] * shares[1][b] * cost(a, b) for a in range(levels) for b in range(levels)
    )
    return 1 - seen / by_chance if by_chance else 1.0


def precision_and_recall(
    truth: Sequence[int], guess: Sequence[int], level: int
) -> tuple[float, float]:
    """Return which share of those guessed to be of *level* are, and which share of those is."""
    both = sum(t == g == level for t, g in zip(truth, guess, strict=True))
    return both / max(1, guess.count(level)), both / max(1, truth.count(level))


def macro_f1(truth: Sequence[int], guess: Sequence[int], levels: int) -> float:
    """Return the mean over the levels of the harmonic mean of precision and recall."""
    pairs = [precision_and_recall(truth, guess, level) for level in range(levels)]
    return sum(2 * p * r / (p + r) if p + r else 0.0 for p, r in pairs) / levels


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Return Spearman's rank correlation, ties sharing their mean rank; 0 where one is constant."""
    ranks = [_ranks(series) for series in (one, other)]
    means = [sum(series) / len(series) for series in ranks]
    off = [[rank - mean for rank in series] for series, mean in zip(ranks, means, strict=True)]
    spread = math.sqrt(math.prod(math.fsum(x * x for x in series) for series in off))
    return math.fsum(a * b for a, b in zip(*off, strict=True)) / spread if spread else 0.0


def _ranks(series: Sequence[float]) -> list[float]:
    ordered = sorted(series)
    first = {value: place for place, value in reversed(list(enumerate(ordered)))}
    return [first[value] + (ordered.count(value) - 1) / 2 for value in series]
