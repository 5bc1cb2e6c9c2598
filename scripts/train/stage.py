"""The first stage of a family: what is told of a sentence before the trees weigh it.

Linear weights for its phrases, and a network that reads the sentences of a document in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from descent import learn
from linear import Linear, fit
from meanings import known_words, vectors
from network import Params

from ai_prism.core.risk.clauses.network import PREFIX, Network, places_of

if TYPE_CHECKING:
    from arrays import Arrays
    from family import Family

_SHORTEST_COPY = 12  #: words; shorter sentences are alike by chance


@dataclass
class Stage:
    """What was learnt from some companies."""

    linear: Linear
    network: Arrays  #: as the product reads them

    def scores(self, family: Family, which: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the linear scores of the sentences *which*, a column a column of *family*."""
        return self.linear.scores(family.counts, which, family.steps)

    def read(self, family: Family, which: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Return the log odds of the network for whole documents, of the sentences *which*."""
        network = Network(self.network)
        found = np.zeros((len(family.sentences), family.told.shape[1]), np.float32)
        for places in family.documents(which):
            found[places] = network.scores([family.words[i] for i in places])
        return found[which]


def learn_stage(family: Family, train: frozenset[int]) -> Stage:
    """Return what is learnt from the folds *train*, without sentences that others have, too."""
    inside = np.isin(family.folds, list(train))
    copies = {" ".join(family.words[i]) for i in np.flatnonzero(~inside)}
    own = inside & np.array(
        [len(w) < _SHORTEST_COPY or " ".join(w) not in copies for w in family.words]
    )
    which = np.flatnonzero(own)
    linear = fit(family.recipe, family.counts, family.truth, family.known, which, family.steps)
    return Stage(linear, _network(family, own))


def _network(family: Family, own: npt.NDArray[np.bool_]) -> Arrays:
    shape = family.recipe.shape
    which = np.flatnonzero(own)
    words = known_words([family.words[i] for i in which], shape.least)
    known = {word: place for place, word in enumerate(words)}
    texts = {i: places_of(family.words[i], known) for i in which}
    documents = family.documents(which)
    learnt = learn(
        [[texts[i] for i in places] for places in documents],
        [family.told[places].astype(np.float32) for places in documents],
        [family.told_known[places].astype(np.float32) for places in documents],
        vectors(list(texts.values()), len(words), shape.width),
        shape,
    )
    return network_arrays(learnt, words)


def network_arrays(weights: Params, words: list[str]) -> Arrays:
    """Return *weights* as the product reads them, the vectors of *words* in 127 steps."""
    scales = np.maximum(np.abs(weights["words"]).max(axis=0), 1e-9) / 127
    rest = {f"{PREFIX}{name}": one for name, one in weights.items() if name != "words"}
    return {
        f"{PREFIX}words": packed(words),
        f"{PREFIX}vectors": np.rint(weights["words"] / scales).astype(np.int8),
        f"{PREFIX}scales": scales.astype(np.float32),
        **{name: one.astype(np.float16) for name, one in rest.items()},
    }


def packed(lines: list[str]) -> npt.NDArray[np.uint8]:
    """Return *lines* as an array of bytes."""
    return np.frombuffer("\n".join(lines).encode(), np.uint8)
