"""The weights of a family of clauses, and the scores they give; numpy and nothing else.

They are kept as plain arrays, which can be read without running anything.
"""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ai_prism.core.risk.clauses.context import (
    Scores,
    Trees,
    features,
    level_features,
    shifted,
    worth,
)
from ai_prism.core.risk.clauses.features import Floats, Places, Row, Vocabulary
from ai_prism.core.risk.clauses.network import Network

Arrays = Mapping[str, npt.NDArray[Any]]
#: How grave a reader may call a sentence, from the mildest.
LEVELS: Final = ("none", "low", "medium", "high")


class Weights:
    """A linear model for each category, a network, and the trees that weigh what both say."""

    def __init__(self, arrays: Arrays) -> None:
        """Take what training wrote."""
        #: What single families have more; the rest is below, and kept no second time.
        self.more = {k: v for k, v in arrays.items() if k.startswith(("stand_", "level_"))}
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
        self.network = Network(arrays)
        self.trees = Trees(arrays, "tree")
        #: How grave a sentence is, from the mildest; empty where it was not learnt.
        self.levels = [Trees(arrays, f"{x}_tree") for x in LEVELS if f"{x}_tree_base" in arrays]

    def first(self, rows: Iterable[Row]) -> Scores:
        """Return the log odds of each column for each sentence by itself, and those beside it.

        *rows* are gone through once, so that none of them need be kept.
        """
        words = len(self.vocabulary.words)
        own: list[Scores] = []
        near: list[list[Scores]] = [[] for _ in self.around]
        for which, values in rows:
            own.append(_product(which, values, self.matrix))
            end = int(np.searchsorted(which, words))
            for found, matrix in zip(near, self.around, strict=True):
                found.append(_product(which[:end], values[:end], matrix))
        scores = _stacked(own, len(self.columns))
        for step, found in zip((-1, 1), near, strict=False):
            scores += shifted(_stacked(found, len(self.columns)), step, 0.0)
        return scores * self.scales + self.bias

    def probabilities(self, first: Scores, read: Scores, lengths: Scores) -> Scores:
        """Return the probability of each category, given what stands around, for one document."""
        count = len(self.thresholds)
        pairs, rows = features(first[:, :count], read, lengths, self.priors)
        found = np.zeros((len(first), count), np.float32)
        found[pairs] = 1 / (1 + np.exp(-self.trees.log_odds(rows)))
        return found

    def level_shares(self, first: Scores, read: Scores, found: Scores, lengths: Scores) -> Scores:
        """Return for each sentence of a document the share of each level, from the mildest.

        A share is what telling the level is worth; the least worth has none.
        """
        rows = level_features(first, read, found, lengths)
        scores = np.column_stack([trees.log_odds(rows) for trees in self.levels])
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances = odds / odds.sum(axis=1, keepdims=True)
        gains = worth(chances, self.more["level_f1"], self.more["level_size"])
        gains = gains - gains.min(axis=1, keepdims=True)
        return np.asarray(gains / gains.sum(axis=1, keepdims=True))


def read(content: bytes) -> Weights:
    """Return the weights in *content*, a NumPy archive without pickled objects."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return Weights({name: archive[name] for name in archive.files})


def _product(which: Places, values: Floats, matrix: npt.NDArray[np.int8]) -> Scores:
    return np.asarray(values @ matrix[which].astype(np.float32))


def _stacked(rows: Sequence[Scores], width: int) -> Scores:
    return np.array(rows, np.float32).reshape(len(rows), width)


def _lines(packed: npt.NDArray[np.uint8]) -> list[str]:
    text = bytes(packed).decode()
    return text.split("\n") if text else []
