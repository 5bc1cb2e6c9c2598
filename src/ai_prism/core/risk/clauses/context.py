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
#: Below this score of the linear weights nothing around a sentence makes it a clause.
LEAST: Final = np.float32(-5.5)
#: The same for what the network says.
LEAST_READ: Final = np.float32(-4.5)
#: A sentence of so few words is taken for a heading, as the labelled data do not mark them.
_HEADING: Final = 6
_FAR: Final = 30


def features(scores: Scores, read: Scores, lengths: Scores, priors: Scores) -> tuple[Any, Scores]:
    """Return the (sentence, category) pairs worth a look, and a row of features for each.

    *scores* are the log odds of the linear weights, a row a sentence of one document; *read* those
    of the network, which has the categories once or twice before what else it tells; *lengths* the
    words of each sentence; *priors* the log odds of each category in the labelled data.
    """
    count, categories = scores.shape
    times = read.shape[1] // categories
    each = np.split(read[:, : times * categories], times, axis=1)
    rows, columns = np.nonzero((scores > LEAST) | (np.max(each, axis=0) > LEAST_READ))
    own = scores[rows, columns]
    best = scores.max(axis=0, initial=NOTHING)
    chances = 1 / (1 + np.exp(-scores))
    heading, since = _last_heading(lengths)
    by_pair = [
        *(shifted(scores, step) for step in (-2, -1, 1, 2)),
        np.minimum(_ranks(scores, 0), _FAR),
        np.minimum(_ranks(scores, 1), _FAR),
        _best_of_others(scores),
        _best_within(scores, 3),
        _best_within(scores, 8),
        np.vstack([scores, np.full_like(scores[:1], NOTHING)])[heading],
        np.cumsum(chances, axis=0) - chances,
    ]
    by_sentence = [
        np.arange(count) / max(1, count - 1),
        np.log1p(lengths),
        np.log1p(shifted(lengths[:, None], -1, 0)[:, 0]),
        np.log1p(shifted(lengths[:, None], 1, 0)[:, 0]),
        since,
        chances.sum(axis=1),
    ]
    values = [own, own - best[columns], np.full(len(rows), np.log1p(count)), columns]
    values += [value[rows, columns] for value in by_pair]
    values += [value[rows] for value in by_sentence]
    values += [value[columns] for value in (best, priors, chances.sum(axis=0))]
    for one in each:
        values += [shifted(one, step)[rows, columns] for step in (-1, 0, 1)]
        values += [one.max(axis=0, initial=NOTHING)[columns]]
    return (rows, columns), np.column_stack([np.asarray(v, np.float32) for v in values])


def level_features(first: Scores, read: Scores, chances: Scores, lengths: Scores) -> Scores:
    """Return what tells how grave each sentence of one document is: a row a sentence.

    *first* are the log odds of all columns, of which those after the categories are the levels;
    *read* those of the network; *chances* the probabilities of the categories.
    """
    levels = first[:, chances.shape[1] :]
    kept = np.clip(chances, 0.002, 0.998)
    odds = np.log(kept / (1 - kept))
    of_document = [
        levels.max(axis=0, initial=NOTHING),
        odds.max(axis=0, initial=NOTHING),
        chances.sum(axis=0),
    ]
    parts = [first, read, odds, odds.max(axis=1, keepdims=True), np.log1p(lengths)[:, None]]
    parts += [np.broadcast_to(one, (len(first), len(one))) for one in of_document]
    parts += [shifted(levels, step) for step in (-1, 1)]
    return np.hstack(parts).astype(np.float32)


def worth(chances: Scores, f1: Scores, size: Scores) -> Scores:
    """Return how much telling each level would add to the mean F1 of all, a row a sentence.

    *f1* and *size* are those of the levels, as `scripts/train/levels.py` has them.
    """
    return np.asarray((2 * chances - f1) / size)


def shifted(scores: Scores, step: int, nothing: float = float(NOTHING)) -> Scores:
    """Return for each row the row *step* further on, or *nothing* where there is none."""
    moved = np.full_like(scores, nothing)
    kept = max(0, len(scores) - abs(step))
    if step < 0:
        moved[len(scores) - kept :] = scores[:kept]
    else:
        moved[:kept] = scores[len(scores) - kept :]
    return moved


def _ranks(scores: Scores, axis: int) -> npt.NDArray[np.int64]:
    order = np.argsort(-scores, axis=axis, kind="stable")
    return np.argsort(order, axis=axis, kind="stable")


def _best_within(scores: Scores, reach: int) -> Scores:
    """Return the best score of up to *reach* sentences on either side."""
    best = np.full_like(scores, NOTHING)
    for step in range(1, reach + 1):
        best = np.maximum(best, np.maximum(shifted(scores, -step), shifted(scores, step)))
    return best


def _last_heading(lengths: Scores) -> tuple[npt.NDArray[np.int64], Scores]:
    """Return for each sentence which heading stands last above it (-1: none), and how far up."""
    places = np.arange(len(lengths))
    heads = np.where((lengths > 0) & (lengths <= _HEADING), places, -1)
    above = np.concatenate([[-1], np.maximum.accumulate(heads)])[: len(lengths)]
    since = np.where(above < 0, _FAR, np.minimum(places - above, _FAR))
    return above, since.astype(np.float32)


def _best_of_others(scores: Scores) -> Scores:
    if scores.shape[1] < 2 or not len(scores):
        return np.full_like(scores, NOTHING)
    two = np.sort(scores, axis=1)[:, -2:]
    return np.where(scores == two[:, 1:], two[:, :1], two[:, 1:])


class Trees:
    """Gradient-boosted trees as arrays: from features to log odds."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]], name: str) -> None:
        """Take the arrays called *name*: nodes of all trees in a row; a leaf succeeds itself."""
        self._feature = arrays[f"{name}_feature"]
        self._threshold = arrays[f"{name}_threshold"]
        self._left = arrays[f"{name}_left"]
        self._right = arrays[f"{name}_right"]
        self._value = arrays[f"{name}_value"]
        self._roots = arrays[f"{name}_roots"]
        self._depth = int(arrays[f"{name}_depth"])
        self._base = float(arrays[f"{name}_base"])

    def log_odds(self, rows: Scores) -> Scores:
        """Return the log odds of each of *rows*."""
        total = np.full(len(rows), self._base, np.float64)
        here = np.arange(len(rows))
        for root in self._roots:
            node = np.full(len(rows), root)
            for _ in range(self._depth):
                goes_left = rows[here, self._feature[node]] <= self._threshold[node]
                before, node = node, np.where(goes_left, self._left[node], self._right[node])
                if np.array_equal(before, node):
                    break
            total += self._value[node]
        return total.astype(np.float32)
