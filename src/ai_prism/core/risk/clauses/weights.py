"""The weights of a family of clauses, and the scores they give; numpy and nothing else.

They are kept as plain arrays, which can be read without running anything.
"""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ai_prism.core.risk.clauses.context import Scores, Trees, features, level_features, shifted
from ai_prism.core.risk.clauses.features import Floats, Row, Vocabulary

Arrays = Mapping[str, npt.NDArray[Any]]
#: How grave a reader may call a sentence, from the mildest.
LEVELS: Final = ("none", "low", "medium", "high")


class Weights:
    """A linear model for each category, and the trees that look at what stands around."""

    def __init__(self, arrays: Arrays) -> None:
        """Take what training wrote."""
        self.arrays = arrays
        about = json.loads(bytes(arrays["about"]))
        self.columns: list[str] = about["columns"]
        self.thresholds: dict[str, float] = about["thresholds"]
        self.presence: list[float] = about["presence"]
        self.vocabulary = Vocabulary(
            _lines(arrays["words"]), _lines(arrays["letters"]), arrays["idf"].astype(np.float32)
        )
        known, words = len(self.vocabulary.idf), len(self.vocabulary.words)
        #: A row an n-gram, in steps of `scales`: as floats it would take four times the memory.
        self.matrix: npt.NDArray[np.int8] = arrays["matrix"][:known]
        #: The same for the words of the sentence before and after; empty where none were learnt.
        self.around = [m for m in np.split(arrays["matrix"][known:], 2) if len(m) == words > 0]
        self.scales: Floats = arrays["scales"]
        self.bias: Floats = arrays["bias"]
        self.priors: Floats = arrays["priors"]
        self.trees = Trees(arrays, "tree")
        #: How grave a sentence is, from the mildest; empty where it was not learnt.
        self.levels = [Trees(arrays, f"{x}_tree") for x in LEVELS if f"{x}_tree_base" in arrays]

    def first(self, rows: Sequence[Row]) -> Scores:
        """Return the log odds of each column for each sentence by itself."""
        scores = _products(rows, self.matrix)
        words = len(self.vocabulary.words)
        for step, matrix in zip((-1, 1), self.around, strict=False):
            ends = [int(np.searchsorted(which, words)) for which, _ in rows]
            own = [(w[:end], v[:end]) for (w, v), end in zip(rows, ends, strict=True)]
            scores += shifted(_products(own, matrix), step, 0.0)
        return scores * self.scales + self.bias

    def probabilities(self, first: Scores, lengths: Scores) -> Scores:
        """Return the probability of each category, given what stands around, for one document."""
        count = len(self.thresholds)
        pairs, rows = features(first[:, :count], lengths, self.priors)
        found = np.zeros((len(first), count), np.float32)
        found[pairs] = 1 / (1 + np.exp(-self.trees.log_odds(rows)))
        return found

    def level_chances(self, first: Scores, found: Scores, lengths: Scores) -> Scores:
        """Return for each sentence of a document the chance of each level, from the mildest."""
        rows = level_features(first, found, lengths)
        scores = np.column_stack([trees.log_odds(rows) for trees in self.levels])
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def read(content: bytes) -> Weights:
    """Return the weights in *content*, a NumPy archive without pickled objects."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return Weights({name: archive[name] for name in archive.files})


def _products(rows: Sequence[Row], matrix: npt.NDArray[np.int8]) -> Scores:
    found = np.empty((len(rows), matrix.shape[1]), np.float32)
    for place, (which, values) in enumerate(rows):
        found[place] = values @ matrix[which].astype(np.float32)
    return found


def _lines(packed: npt.NDArray[np.uint8]) -> list[str]:
    text = bytes(packed).decode()
    return text.split("\n") if text else []
