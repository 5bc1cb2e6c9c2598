"""How grave a sentence is: trees over its categories and what stands around, and a leaning.

The levels are as uneven as 94, 1, 4 and 1 in a hundred, so that the likeliest one is nearly never
a rare one. The leaning is what to add to the log chance of each for the best mean F1 of the levels;
it is chosen on sentences whose company the trees had not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from grown import Grown, grow

from ai_prism.core.risk.clauses.context import level_features
from ai_prism.core.risk.clauses.weights import LEVELS

if TYPE_CHECKING:
    from family import Family, Floats

_ROUNDS: Final = 3


@dataclass
class Levels:
    """Trees for each level, and what is added to their log odds."""

    trees: Grown
    leaning: Floats
    crossed: Floats  #: log chances by trees that had not seen the company, leaning added


def learn_levels(
    family: Family,
    first: npt.NDArray[np.float32],
    chances: Floats,
    which: npt.NDArray[np.int64],
) -> Levels | None:
    """Return what tells the levels of the sentences *which*, or None where none are known."""
    if family.levels is None:
        return None
    documents = family.documents(which)
    found = []
    for places in documents:
        lengths = np.array([len(family.words[i]) for i in places], np.float32)
        found.append(level_features(first[places], chances[places].astype(np.float32), lengths))
    values = np.zeros((len(first), found[0].shape[1]), np.float32)
    values[np.concatenate(documents)] = np.vstack(found)
    use = which[family.levels[which] >= 0]
    target, folds = family.levels, family.folds
    crossed = np.zeros((len(first), len(LEVELS)))
    for fold in sorted(set(folds[use].tolist())):
        inside, outside = use[folds[use] == fold], use[folds[use] != fold]
        grown = _grown(values[outside], target[outside])
        crossed[inside] = np.log(grown.chances(values[inside]) + 1e-9)
    leaning = _leaning(crossed[use], target[use])
    return Levels(_grown(values[use], target[use]), leaning, crossed + leaning)


def level_f1(truth: npt.NDArray[np.int64], told: npt.NDArray[np.int64]) -> float:
    """Return the mean F1 of the levels."""
    each = [
        2 * ((truth == level) & (told == level)).sum()
        / max(1, (truth == level).sum() + (told == level).sum())
        for level in range(len(LEVELS))
    ]  # fmt: skip
    return float(np.mean(each))


def _grown(values: npt.NDArray[np.float32], target: npt.NDArray[np.int64]) -> Grown:
    return grow(
        values, target, draws=5, max_features=0.3, max_iter=60, learning_rate=0.08,
        max_leaf_nodes=8, min_samples_leaf=60, l2_regularization=3.0,
    )  # fmt: skip


def _leaning(log_chances: Floats, truth: npt.NDArray[np.int64]) -> Floats:
    """Return what to add for the best mean F1, one level after the other, a few times over."""
    grid = np.arange(-3, 3.01, 0.1)
    leaning = np.zeros(len(LEVELS))
    for level in [*range(1, len(LEVELS))] * _ROUNDS:
        found = []
        for step in grid:
            leaning[level] = step
            found.append(level_f1(truth, (log_chances + leaning).argmax(axis=1)))
        # The middle of a plateau, not a lucky peak.
        smooth = np.convolve(np.pad(found, 2, mode="edge"), np.ones(5) / 5, "valid")
        leaning[level] = grid[int(np.argmax(smooth))]
    return leaning
