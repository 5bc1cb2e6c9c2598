"""What an NDA says of a hypothesis, told by its likeliest evidence."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from ai_prism.core.risk.clauses.context import Scores
from ai_prism.core.risk.clauses.features import Row
from ai_prism.core.risk.clauses.types import Standpoint
from ai_prism.core.risk.clauses.weights import Weights

#: How many of the likeliest sentences are read for a hypothesis.
READ: Final = 3


def standpoints_of(
    weights: Weights, rows: Sequence[Row], chances: Sequence[Mapping[str, float]]
) -> dict[str, Standpoint]:
    """Return what the sentences with features *rows* and evidence *chances* say, by hypothesis."""
    if "stand_matrix" not in weights.more:
        return {}
    matrix = weights.more["stand_matrix"].astype(np.float32) * weights.more["stand_scales"]
    by_rank, bias = weights.more["stand_ranks"], weights.more["stand_bias"]
    found = {}
    for place, hypothesis in enumerate(weights.thresholds):
        own = slice(3 * place, 3 * place + 3)
        best, ranks = best_evidence([one.get(hypothesis, 0.0) for one in chances])
        scores = bias[own] + ranks @ by_rank[:, own]
        for sentence in best:
            which, values = rows[sentence]
            scores = scores + values @ matrix[which, own]
        odds = np.exp(scores - scores.max())
        entailed, contradicted, absent = map(float, odds / odds.sum())
        found[hypothesis] = Standpoint(entailed=entailed, contradicted=contradicted, absent=absent)
    return found


def best_evidence(chances: Sequence[float]) -> tuple[list[int], Scores]:
    """Return the likeliest sentences, at most `READ`, and their log odds, the likeliest first."""
    order = sorted(range(len(chances)), key=lambda place: (-chances[place], place))
    best = [place for place in order[:READ] if chances[place] > 0]
    kept = np.full(READ, 0.002, np.float32)
    kept[: len(best)] = [max(0.002, min(0.998, chances[place])) for place in best]
    return best, np.log(kept / (1 - kept)).astype(np.float32)
