"""The weights of a family of clauses, and the scores they give; numpy and nothing else.

They are kept as plain arrays, which can be read without running anything.
"""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ai_prism.core.risk.clauses.context import Scores, Trees, features
from ai_prism.core.risk.clauses.features import Floats, Row, Vocabulary

Arrays = Mapping[str, npt.NDArray[Any]]


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
        #: A row an n-gram, in steps of `scales`: as floats it would take four times the memory.
        self.matrix: npt.NDArray[np.int8] = arrays["matrix"]
        self.scales: Floats = arrays["scales"]
        self.bias: Floats = arrays["bias"]
        self.priors: Floats = arrays["priors"]
        self.trees = Trees(arrays)

    def first(self, rows: Sequence[Row]) -> Scores:
        """Return the log odds of each column for each sentence by itself."""
        scores = np.empty((len(rows), len(self.columns)), np.float32)
        for place, (which, values) in enumerate(rows):
            scores[place] = values @ self.matrix[which].astype(np.float32)
        return scores * self.scales + self.bias

    def probabilities(self, first: Scores, lengths: Scores) -> Scores:
        """Return the probability of each category, given what stands around, for one document."""
        count = len(self.thresholds)
        pairs, rows = features(first[:, :count], lengths, self.priors)
        found = np.zeros((len(first), count), np.float32)
        found[pairs] = 1 / (1 + np.exp(-self.trees.log_odds(rows)))
        return found


def read(content: bytes) -> Weights:
    """Return the weights in *content*, a NumPy archive without pickled objects."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return Weights({name: archive[name] for name in archive.files})


def _lines(packed: npt.NDArray[np.uint8]) -> list[str]:
    text = bytes(packed).decode()
    return text.split("\n") if text else []
