"""The first stage: for each category a linear support vector machine over chosen n-grams."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from network import Shape
from sklearn.svm import LinearSVC
from vectors import Counts

from ai_prism.core.risk.clauses.context import NOTHING

#: For each sentence the one before it in its document, then the same for the one after.
Steps = Sequence[sp.csr_matrix]


@dataclass(frozen=True)
class Recipe:
    """What differs between families; everything else is the same."""

    name: str
    folds: int
    letters: bool
    chosen: int  #: n-grams of each view that each category may choose
    least_documents: int  #: an n-gram seen in fewer sentences is left out
    cost: float  #: C of the support vector machines
    neighbours: float = 0.0  #: what a word of the sentence before or after counts to one's own
    trees: int = 90  #: of the second stage
    leaves: int = 15  #: of each tree, at most
    draws: int = 1  #: how often the trees are grown
    share: float = 1.0  #: of the features, among which each split chooses
    shape: Shape = field(default_factory=Shape)  #: of the network


@dataclass
class Linear:
    """Chosen n-grams of each view with their weights, a column a category.

    With neighbours the n-grams of words have weights of their own in the sentence before and after.
    """

    views: list[npt.NDArray[np.int64]]
    idf: list[npt.NDArray[np.float32]]
    weights: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]
    around: list[npt.NDArray[np.float64]] = field(default_factory=list)

    def rows(self, counts: list[Counts], which: npt.NDArray[np.int64]) -> sp.csr_matrix:
        """Return the features of the sentences *which*."""
        views = zip(counts, self.views, self.idf, strict=True)
        return sp.hstack([_weighed(c.matrix[which], v, i) for c, v, i in views]).tocsr()

    def rows_around(
        self, counts: list[Counts], which: npt.NDArray[np.int64], steps: Steps
    ) -> list[sp.csr_matrix]:
        """Return the features of the words of the sentence before each of *which*, and after."""
        near = [step[which] @ counts[0].matrix for step in steps]
        return [_weighed(matrix.tocsr(), self.views[0], self.idf[0]) for matrix in near]

    def scores(
        self, counts: list[Counts], which: npt.NDArray[np.int64], steps: Steps
    ) -> npt.NDArray[np.float64]:
        """Return the scores of the sentences *which*, a column a category."""
        found = self.rows(counts, which) @ self.weights + self.bias
        if self.around:
            near = self.rows_around(counts, which, steps)
            found += sum(rows @ own for rows, own in zip(near, self.around, strict=True))
        return np.asarray(found)


def fit(
    recipe: Recipe,
    counts: list[Counts],
    truth: npt.NDArray[np.bool_],
    known: npt.NDArray[np.bool_],
    which: npt.NDArray[np.int64],
    steps: Steps,
) -> Linear:
    """Return the model learnt from the sentences *which*, whose label is *known* by category."""
    chosen = [_choose(recipe, c, truth, which) for c in counts]
    idf = [_idf(c.matrix[which], view) for c, view in zip(counts, chosen, strict=True)]
    width = sum(map(len, chosen))
    model = Linear(chosen, idf, np.zeros((width, truth.shape[1])), np.zeros(truth.shape[1]))
    rows = model.rows(counts, which)
    if recipe.neighbours:
        near = model.rows_around(counts, which, steps)
        rows = sp.hstack([rows, *(recipe.neighbours * one for one in near)]).tocsr()
        model.around = [np.zeros((len(chosen[0]), truth.shape[1])) for _ in steps]
    for column in range(truth.shape[1]):
        use = known[which, column]
        target = truth[which, column][use]
        if target.sum() < 2:
            model.bias[column] = NOTHING
            continue
        weight = float(np.sqrt((~target).sum() / target.sum()))
        machine = LinearSVC(
            C=recipe.cost, class_weight={True: weight, False: 1.0}, random_state=0
        ).fit(rows[use], target)
        own, *around = np.split(machine.coef_[0], _cuts(width, model.around))
        model.weights[:, column] = own
        for weights, learnt in zip(model.around, around, strict=True):
            weights[:, column] = recipe.neighbours * learnt
        model.bias[column] = machine.intercept_[0]
    return model


def _cuts(width: int, around: list[npt.NDArray[np.float64]]) -> list[int]:
    """Return where the weights of what stands around begin."""
    return [width + place * len(weights) for place, weights in enumerate(around)]


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
