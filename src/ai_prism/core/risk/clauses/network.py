"""What a small network says of each sentence of a document, which it reads in order.

A word is a vector. What three words in a row tell is a convolution, of which a sentence keeps the
strongest (Y. Kim, Convolutional neural networks for sentence classification, 2014), beside the mean
of its words. A gated recurrent layer goes over the sentences from both ends (K. Cho et al., 2014),
and a hidden layer tells the columns. Linear weights know phrases; this knows words that mean alike,
and what the document has been about.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ai_prism.core.risk.clauses.context import Scores

#: Words of a sentence that are read, as many as when learning; one sentence of a contract in thirty
#: has more.
LONGEST: Final = 96
#: Sentences that are looked at together, for the sake of memory.
_TOGETHER: Final = 64
#: In the arrays of a family, the weights of its network are called so.
PREFIX: Final = "net_"


class Network:
    """The weights of a network; the word that stands first is any that is not known."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Take what training wrote, of which the vectors stay in small steps."""
        words = bytes(arrays[f"{PREFIX}words"]).decode().split("\n")
        self._known = {word: place for place, word in enumerate(words)}
        self._vectors: npt.NDArray[np.int8] = arrays[f"{PREFIX}vectors"]
        self._weights = {
            name.removeprefix(PREFIX): value.astype(np.float32)
            for name, value in arrays.items()
            if name.startswith(PREFIX) and name not in (f"{PREFIX}words", f"{PREFIX}vectors")
        }

    def scores(self, sentences: Sequence[Sequence[str]]) -> Scores:
        """Return the log odds of each column for the *sentences* of one document: a row each."""
        weights = self._weights
        rows = [places_of(words, self._known) for words in sentences]
        found = np.empty((len(rows), len(weights["out_bias"])), np.float32)
        if not rows:
            return found
        blocks = [slice(start, start + _TOGETHER) for start in range(0, len(rows), _TOGETHER)]
        inner = np.vstack([self._sentences(rows[block]) for block in blocks])
        ahead, back = self._states(inner, 0, blocks), self._states(inner[::-1], 1, blocks)[::-1]
        for block in blocks:
            x = np.hstack([inner[block], ahead[block], back[block]])
            hidden = np.maximum(x @ weights["hidden"] + weights["hidden_bias"], 0)
            found[block] = hidden @ weights["out"] + weights["out_bias"]
        return found

    def _sentences(self, rows: Sequence[npt.NDArray[np.int64]]) -> Scores:
        """Return what each of *rows* tells by itself."""
        weights = self._weights
        lengths = np.array([len(row) for row in rows])
        starts = np.cumsum(lengths) - lengths
        # The same word comes many times in a document, but is looked at once.
        used, where = np.unique(np.concatenate(rows), return_inverse=True)
        vectors = self._vectors[used] * weights["scales"]
        before, own, after = np.split(vectors @ weights["taps"], 3, axis=1)
        found = own[where] + weights["taps_bias"]
        not_first = np.ones(len(where), bool)
        not_first[starts] = False
        later = np.flatnonzero(not_first)
        found[later] += before[where[later - 1]]
        found[later - 1] += after[where[later]]
        strongest = np.maximum(np.maximum.reduceat(found, starts, axis=0), 0)
        mean = np.add.reduceat(vectors[where], starts, axis=0) * (3 / (lengths + 1))[:, None]
        return np.hstack([strongest, mean, np.log1p(lengths)[:, None] / 4]).astype(np.float32)

    def _states(self, inner: Scores, way: int, blocks: Sequence[slice]) -> Scores:
        """Return the state at each sentence, going through them one *way* or the other."""
        into, within, bias = (self._weights[name][way] for name in ("into", "within", "gates"))
        width = len(within)
        state = np.zeros(width, np.float32)
        states = np.empty((len(inner), width), np.float32)
        for block in blocks:
            for step, given in enumerate(inner[block] @ into + bias, start=block.start):
                own = state @ within
                both = 0.5 * np.tanh(0.5 * (given[: 2 * width] + own[: 2 * width])) + 0.5
                reset, kept = both[:width], both[width:]
                new = np.tanh(given[2 * width :] + reset * own[2 * width :])
                state = new + kept * (state - new)
                states[step] = state
        return states


def places_of(words: Sequence[str], known: Mapping[str, int]) -> npt.NDArray[np.int64]:
    """Return which of the *known* words each of *words* is, 0 for others; never nothing at all."""
    found = [known.get(word, 0) for word in words[:LONGEST]]
    return np.array(found or [0], np.int64)
