"""What stands around a sentence: features of its neighbours' scores, and trees that weigh them.

The trees are gradient-boosted (J. Friedman, Greedy function approximation, 2001), grown once for
all categories of a family and kept as flat arrays.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

Scores: TypeAlias = npt.NDArray[np.float32]

#: The score of what is not there: before the first sentence, after the last.
NOTHING: Final = np.float32(-8.0)
#: Below this first score nothing around a sentence makes it a clause.
LEAST: Final = np.float32(-5.5)


def features(scores: Scores, lengths: Scores, priors: Scores) -> tuple[Any, Scores]:
    """Return the (sentence, category) pairs worth a look, and a row of features for each.

    *scores* are the log odds of the first stage, a row a sentence of one document; *lengths* the
    words of each sentence; *priors* the log odds of each category in the labelled data.
    """
    count, categories = scores.shape
    rows, columns = np.nonzero(scores > LEAST)
    around = np.full((count + 4, categories), NOTHING, np.float32)
    around[2:-2] = scores
    order = np.argsort(np.argsort(-scores, axis=0, kind="stable"), axis=0)
    best = scores.max(axis=0, initial=NOTHING)
    others = _best_of_others(scores)
    values = [scores[rows, columns]]
    values += [around[rows + 2 + step, columns] for step in (-2, -1, 1, 2)]
    values += [
        best[columns],
        scores[rows, columns] - best[columns],
        np.minimum(order[rows, columns], 30),
        rows / max(1, count - 1),
        np.full(len(rows), np.log1p(count)),
        priors[columns],
        others[rows, columns],
        np.log1p(lengths[rows]),
    ]
    return (rows, columns), np.column_stack([np.asarray(v, np.float32) for v in values])


def _best_of_others(scores: Scores) -> Scores:
    if scores.shape[1] < 2 or not len(scores):
        return np.full_like(scores, NOTHING)
    two = np.sort(scores, axis=1)[:, -2:]
    return np.where(scores == two[:, 1:], two[:, :1], two[:, 1:])


class Trees:
    """Gradient-boosted trees as arrays: from features to log odds."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Take nodes of all trees in a row; a leaf is its own successor."""
        self._feature = arrays["tree_feature"]
        self._threshold = arrays["tree_threshold"]
        self._left = arrays["tree_left"]
        self._right = arrays["tree_right"]
        self._value = arrays["tree_value"]
        self._roots = arrays["tree_roots"]
        self._depth = int(arrays["tree_depth"])
        self._base = float(arrays["tree_base"])

    def log_odds(self, rows: Scores) -> Scores:
        """Return the log odds of each of *rows*."""
        total = np.full(len(rows), self._base, np.float64)
        here = np.arange(len(rows))
        for root in self._roots:
            node = np.full(len(rows), root)
            for _ in range(self._depth):
                goes_left = rows[here, self._feature[node]] <= self._threshold[node]
                node = np.where(goes_left, self._left[node], self._right[node])
            total += self._value[node]
        return total.astype(np.float32)
