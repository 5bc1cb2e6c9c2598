"""The first stage: for each category a linear support vector machine over chosen n-grams."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.svm import LinearSVC
from vectors import Counts

from ai_prism.core.risk.clauses.context import NOTHING


@dataclass(frozen=True)
class Recipe:
    """What differs between families; everything else is the same."""

    name: str
    folds: int
    letters: bool
    chosen: int  #: n-grams of each view that each category may choose
    least_documents: int  #: an n-gram seen in fewer sentences is left out
    cost: float  #: C of the support vector machines
    keep_unlabelled: int  #: of sentences without a label one in so many is learnt from


@dataclass
class Linear:
    """Chosen n-grams of each view with their weights, a column a category."""

    views: list[npt.NDArray[np.int64]]
    idf: list[npt.NDArray[np.float32]]
    weights: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]

    def rows(self, counts: list[Counts], which: npt.NDArray[np.int64]) -> sp.csr_matrix:
        """Return the features of the sentences *which*."""
        views = zip(counts, self.views, self.idf, strict=True)
        return sp.hstack([_weighed(c.matrix[which], v, i) for c, v, i in views]).tocsr()

    def scores(self, counts: list[Counts], which: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the scores of the sentences *which*, a column a category."""
        return np.asarray(self.rows(counts, which) @ self.weights + self.bias)


def fit(
    recipe: Recipe,
    counts: list[Counts],
    truth: npt.NDArray[np.bool_],
    known: npt.NDArray[np.bool_],
    which: npt.NDArray[np.int64],
) -> Linear:
    """Return the model learnt from the sentences *which*, whose label is *known* by category."""
    chosen = [_choose(recipe, c, truth, which) for c in counts]
    idf = [_idf(c.matrix[which], view) for c, view in zip(counts, chosen, strict=True)]
    width = sum(map(len, chosen))
    model = Linear(chosen, idf, np.zeros((width, truth.shape[1])), np.zeros(truth.shape[1]))
    labelled = truth[which].any(axis=1)
    kept = labelled | (np.arange(len(which)) % recipe.keep_unlabelled == 0)
    rows = model.rows(counts, which)
    for column in range(truth.shape[1]):
        use = kept & known[which, column]
        target = truth[which, column][use]
        if target.sum() < 2:
            model.bias[column] = NOTHING
            continue
        weight = float(np.sqrt((~target).sum() / target.sum()))
        machine = LinearSVC(
            C=recipe.cost, class_weight={True: weight, False: 1.0}, random_state=0
        ).fit(rows[use], target)
        model.weights[:, column] = machine.coef_[0]
        model.bias[column] = machine.intercept_[0]
    return model


def _choose(
    recipe: Recipe, counts: Counts, truth: npt.NDArray[np.bool_], which: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return the n-grams that go most with any category (by correlation), in one order."""
    seen = counts.matrix[which].astype(bool).astype(np.float32)
    often = np.asarray(seen.sum(axis=0)).ravel()
    usual = np.flatnonzero(often >= recipe.least_documents)
    seen, often = seen[:, usual].tocsc(), often[usual]
    total = len(which)
    spread = np.sqrt(often * (1 - often / total)) + 1e-9
    chosen = np.zeros(len(usual), bool)
    for column in range(truth.shape[1]):
        target = truth[which, column].astype(np.float32)
        together = np.asarray(seen.T @ target).ravel()
        strength = np.abs(together - often * target.mean()) / spread
        chosen[np.argsort(-strength, kind="stable")[: recipe.chosen]] = True
    return usual[chosen]


def _idf(matrix: sp.csr_matrix, view: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    often = np.asarray((matrix[:, view] > 0).sum(axis=0)).ravel()
    # As kept in the shipped file, so that training and reviewing see the same features.
    return (np.log((1 + matrix.shape[0]) / (1 + often)) + 1).astype(np.float16).astype(np.float32)


def _weighed(
    matrix: sp.csr_matrix, view: npt.NDArray[np.int64], idf: npt.NDArray[np.float32]
) -> sp.csr_matrix:
    rows = matrix[:, view].tocsr().astype(np.float32)
    rows.data = 1 + np.log(rows.data)
    rows = rows.multiply(idf).tocsr()
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sp.diags(1 / np.where(length > 0, length, 1)).dot(rows).tocsr()
