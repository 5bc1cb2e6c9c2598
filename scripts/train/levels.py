"""How grave a sentence is: trees over its categories and what stands around, and which to tell.

The levels are as uneven as 94, 1, 4 and 1 in a hundred, so that the likeliest one is nearly never
a rare one. What is told is the level that adds most to the mean F1 of the levels. F1 is twice the
hits by the size, which counts what is told and what is so; telling a level adds (2 chance - F1) /
size to its own (that F1 is best at a chance of its half is from D. Lewis, 1995). F1 and size are
those of sentences whose company the trees had not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from grown import Grown, grow

from ai_prism.core.risk.clauses.context import level_features, worth
from ai_prism.core.risk.clauses.weights import LEVELS

if TYPE_CHECKING:
    from family import Family, Floats

_ROUNDS: Final = 60


@dataclass
class Levels:
    """Trees for each level, and by what is told which of them to tell."""

    trees: Grown
    f1: Floats  #: of each level
    size: Floats  #: its share of what is told and of what is so, together
    crossed: Floats  #: what each level is worth by trees that had not seen the company


def learn_levels(
    family: Family,
    first: npt.NDArray[np.float32],
    read: npt.NDArray[np.float32],
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
        found.append(
            level_features(first[places], read[places], chances[places].astype(np.float32), lengths)
        )
    values = np.zeros((len(first), found[0].shape[1]), np.float32)
    values[np.concatenate(documents)] = np.vstack(found)
    use = which[family.levels[which] >= 0]
    target, folds = family.levels, family.folds
    crossed = np.zeros((len(first), len(LEVELS)))
    for fold in sorted(set(folds[use].tolist())):
        inside, outside = use[folds[use] == fold], use[folds[use] != fold]
        grown = _grown(values[outside], target[outside])
        crossed[inside] = grown.chances(values[inside])
    f1, size = standing(crossed[use], target[use])
    return Levels(_grown(values[use], target[use]), f1, size, worth(crossed, f1, size))


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


def standing(chances: Floats, truth: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return F1 and size of each level when each sentence is told what is worth most by them."""
    kinds = np.eye(len(LEVELS))
    real, told = kinds[truth], chances.argmax(axis=1)
    for _ in range(_ROUNDS):
        said = kinds[told]
        size = np.maximum(1, said.sum(axis=0) + real.sum(axis=0))
        f1, size = 2 * (said * real).sum(axis=0) / size, size / len(truth)
        before, told = told, worth(chances, f1, size).argmax(axis=1)
        if (told == before).all():
            break
    return f1, size
