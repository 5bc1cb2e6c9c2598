"""How the weights of a network are learnt: step by step, from runs of sentences.

The steps are those of Adam (D. Kingma, J. Ba, 2015), first growing, then shrinking. What is kept is
the moving mean of the weights on the way, which errs less than where the way ends (B. Polyak,
A. Juditsky, Acceleration of stochastic approximation by averaging, 1992).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from network import Floats, Ints, Params, Pass, Shape, batch_of, begin

_GROWING = 0.15  #: share of the steps
_MEAN = 0.995  #: what the moving mean keeps of itself at each step
_LONGEST = 1.0  #: gradients that are longer are shortened to it
_SHRINK = 1e-3
_SHRUNK = ("taps", "into", "within", "hidden")
_WORDS_EVERY = 20  #: steps; the vectors are by far the most of the weights


def learn(
    documents: Sequence[Sequence[Ints]],
    truth: Sequence[Floats],
    known: Sequence[Floats],
    words: Floats,
    shape: Shape,
) -> Params:
    """Return weights that tell the *truth* of the sentences of *documents*, where it is *known*.

    *words* are the vectors to begin with; *truth* and *known* have a row a sentence, a column a
    column, for each document.
    """
    chance = np.random.default_rng(0)
    weights = begin(words, truth[0].shape[1], shape, chance)
    per_epoch = -(-sum(1 for _ in _runs(documents, shape, np.random.default_rng(0))) // shape.runs)
    adam = Adam(weights, shape, (per_epoch + 1) * shape.epochs)
    for _ in range(shape.epochs):
        runs = list(_runs(documents, shape, chance))
        chance.shuffle(runs)
        for at in range(0, len(runs), shape.runs):
            some = runs[at : at + shape.runs]
            batch = batch_of([documents[d][a:b] for d, a, b in some])
            way = Pass(weights, batch, shape, chance)
            told = 1 / (1 + np.exp(-np.clip(way.scores, -30, 30)))
            real = np.vstack([truth[d][a:b] for d, a, b in some])
            counts = np.vstack([known[d][a:b] for d, a, b in some])
            wrong = ((told - real) * counts / len(real)).astype(np.float32)
            adam.step(way.back(wrong), way.used)
    return adam.mean


def _runs(
    documents: Sequence[Sequence[Ints]], shape: Shape, chance: np.random.Generator
) -> Iterator[tuple[int, int, int]]:
    """Yield runs of all documents, cut at other places each time."""
    for place, sentences in enumerate(documents):
        first = int(chance.integers(1, shape.run + 1))
        cuts = sorted({0, *range(first, len(sentences), shape.run), len(sentences)})
        yield from ((place, a, b) for a, b in pairwise(cuts))


class Adam:
    """Weights on their way, and their moving mean."""

    def __init__(self, weights: Params, shape: Shape, steps: int) -> None:
        """Begin with *weights*, which are changed, and go *steps* at most."""
        self._weights, self._rate, self._steps, self._done = weights, shape.rate, steps, 0
        self._first = {name: np.zeros_like(one) for name, one in weights.items()}
        self._second = {name: np.zeros_like(one) for name, one in weights.items()}
        self.mean = {name: one.copy() for name, one in weights.items()}

    def step(self, slopes: Params, used: Ints) -> None:
        """Go one step against *slopes*, which of the vectors has the rows *used*."""
        self._done += 1
        length = sum(float(np.vdot(one, one)) for one in slopes.values()) ** 0.5
        shorter = np.float32(min(1.0, _LONGEST / (length + 1e-9)))
        rate = self._rate * self._share()
        unbiased = float(np.sqrt(1 - 0.999**self._done)) / (1 - 0.9**self._done)
        keep = min(_MEAN, self._done / (self._done + 10))
        for name, slope in slopes.items():
            rows = used if name == "words" else slice(None)
            now = slope * shorter
            first = 0.9 * self._first[name][rows] + 0.1 * now
            second = 0.999 * self._second[name][rows] + 0.001 * now * now
            self._first[name][rows], self._second[name][rows] = first, second
            changed = self._weights[name][rows] - rate * unbiased * first / (np.sqrt(second) + 1e-8)
            self._weights[name][rows] = changed * (1 - rate * _SHRINK * (name in _SHRUNK))
            if name != "words":
                self.mean[name] += (1 - keep) * (self._weights[name] - self.mean[name])
        if self._done % _WORDS_EVERY == 0:
            drift = self._weights["words"] - self.mean["words"]
            self.mean["words"] += (1 - keep**_WORDS_EVERY) * drift

    def _share(self) -> float:
        """Return which share of the full rate this step has."""
        done = self._done / self._steps
        if done < _GROWING:
            return done / _GROWING
        return 0.5 + 0.5 * float(np.cos(np.pi * (done - _GROWING) / (1 - _GROWING)))
