"""Boosted trees, grown several times from other draws of the features and told together.

A tree that may choose among few features at each split tells other things than its neighbours, and
the mean of several such is surer than the best one (L. Breiman, Random forests, 2001).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

Floats = npt.NDArray[np.float64]


@dataclass
class Grown:
    """What was grown, each from a draw of its own."""

    each: Sequence[HistGradientBoostingClassifier]

    def log_odds(self, values: npt.NDArray[np.float32]) -> Floats:
        """Return the mean log odds, a column a class; of two classes those of the second alone."""
        return np.asarray(np.mean([one.decision_function(values) for one in self.each], axis=0))

    def chances(self, values: npt.NDArray[np.float32]) -> Floats:
        """Return the chance of each class, a column a class."""
        scores = self.log_odds(values)
        if scores.ndim == 1:
            scores = np.column_stack([np.zeros_like(scores), scores])
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def grow(
    values: npt.NDArray[np.float32], target: npt.NDArray[Any], *, draws: int, **how: Any
) -> Grown:
    """Return trees that tell *target* from *values*, of so many *draws*, grown as *how* says."""
    return Grown(
        [
            HistGradientBoostingClassifier(early_stopping=False, random_state=draw, **how).fit(
                values, target
            )
            for draw in range(draws)
        ]
    )
