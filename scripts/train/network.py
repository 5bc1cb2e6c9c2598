"""A network that reads the sentences of a document in order: the way through it, and back.

It is the one of `ai_prism.core.risk.clauses.network`, for many runs of sentences at a time, and
with what learning needs. The gradient is written out: a framework for it would be many times the
size of all else that is installed, and slower here, as it would look at each word of each sentence
and not once at each word. A test compares the gradient with differences.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Floats = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Params = dict[str, Floats]


@dataclass(frozen=True)
class Shape:
    """How large a network is, and how it is learnt."""

    width: int = 100  #: numbers a word
    filters: int = 128  #: kinds of three words in a row
    state: int = 96  #: numbers that go from sentence to sentence, each way
    hidden: int = 160
    least: int = 5  #: in fewer sentences a word is not known
    run: int = 32  #: sentences in a row that are learnt from together
    runs: int = 12  #: such runs for each step
    epochs: int = 10
    rate: float = 3e-3
    drop_words: float = 0.25  #: share of the numbers of words that are left out when learning
    drop_inner: float = 0.2
    drop: float = 0.35


@dataclass(frozen=True)
class Batch:
    """The sentences of several runs: their words in a row, and where each sentence stands."""

    words: Ints
    lengths: Ints
    starts: Ints
    run: Ints  #: of each sentence
    step: Ints  #: its place in its run


def batch_of(runs: Sequence[Sequence[Ints]]) -> Batch:
    """Return *runs* of sentences, none of them without words, as a batch."""
    sentences = [sentence for run in runs for sentence in run]
    lengths = np.array([len(sentence) for sentence in sentences])
    sizes = [len(run) for run in runs]
    return Batch(
        words=np.concatenate(sentences),
        lengths=lengths,
        starts=np.cumsum(lengths) - lengths,
        run=np.repeat(np.arange(len(runs)), sizes),
        step=np.concatenate([np.arange(size) for size in sizes]),
    )


def begin(words: Floats, columns: int, shape: Shape, chance: np.random.Generator) -> Params:
    """Return weights to begin with; *words* are the vectors."""
    inner = shape.filters + shape.width + 1

    def drawn(*size: int) -> Floats:
        return (chance.standard_normal(size) / np.sqrt(size[-2])).astype(np.float32)

    return {
        "words": words.copy(),
        "taps": drawn(3 * shape.width, 3 * shape.filters)[: shape.width],
        "taps_bias": np.zeros(shape.filters, np.float32),
        "into": drawn(2, inner, 3 * shape.state),
        "within": drawn(2, shape.state, 3 * shape.state),
        "gates": np.zeros((2, 1, 3 * shape.state), np.float32),
        "hidden": drawn(inner + 2 * shape.state, shape.hidden),
        "hidden_bias": np.zeros(shape.hidden, np.float32),
        "out": drawn(shape.hidden, columns) / 2,
        "out_bias": np.full(columns, -5, np.float32),
    }


class Pass:
    """One way through the network; `scores` has a row a sentence, a column a column."""

    def __init__(
        self, weights: Params, batch: Batch, shape: Shape, chance: np.random.Generator | None
    ) -> None:
        """Read *batch*; with *chance* numbers are left out at random, as when learning."""
        self._weights, self._batch, self._shape = weights, batch, shape
        keep = _keeper(chance)
        inner = self._read(keep)
        self._inner_kept = keep(inner.shape, shape.drop_inner)
        self._given = inner * self._inner_kept
        x = np.hstack([inner, self._recur(self._given)])
        self._x_kept = keep(x.shape, shape.drop)
        self._x = x * self._x_kept
        hidden = np.maximum(self._x @ weights["hidden"] + weights["hidden_bias"], 0)
        self._hidden_kept = keep(hidden.shape, shape.drop)
        self._hidden = hidden * self._hidden_kept
        self.scores = self._hidden @ weights["out"] + weights["out_bias"]

    def _read(self, keep: Callable[..., Floats]) -> Floats:
        """Return what each sentence tells by itself."""
        weights, batch, shape = self._weights, self._batch, self._shape
        self.used, where = np.unique(batch.words, return_inverse=True)
        self._vectors_kept = keep((len(self.used), shape.width), shape.drop_words)
        self._vectors = weights["words"][self.used] * self._vectors_kept
        before, own, after = np.split(self._vectors @ weights["taps"], 3, axis=1)
        size = len(where), len(self.used)
        not_first = np.ones(len(where), bool)
        not_first[batch.starts] = False
        later = np.flatnonzero(not_first)
        every = np.arange(len(where))
        #: Which word each of the three taps looks at, at each place.
        self._looks = [
            _picks(later, where[later - 1], size),
            _picks(every, where, size),
            _picks(later - 1, where[later], size),
        ]
        found = own[where] + weights["taps_bias"]
        found[later] += before[where[later - 1]]
        found[later - 1] += after[where[later]]
        self._found = np.maximum(found, 0)
        self._strongest = np.maximum.reduceat(self._found, batch.starts, axis=0)
        self._sentence = np.repeat(np.arange(len(batch.lengths)), batch.lengths)
        shares = (3 / (batch.lengths + 1))[self._sentence].astype(found.dtype)
        self._mean = sp.csr_matrix(
            (shares, (self._sentence, where)), (len(batch.lengths), len(self.used))
        )
        length = np.log1p(batch.lengths)[:, None].astype(found.dtype) / 4
        return np.hstack([self._strongest, self._mean @ self._vectors, length])

    def _recur(self, given: Floats) -> Floats:
        """Return the state at each sentence, coming from both ends of its run."""
        weights, batch, width = self._weights, self._batch, self._shape.state
        runs, steps = batch.run.max() + 1, batch.step.max() + 1
        gates = np.zeros((2, runs, steps, 3 * width), given.dtype)
        there = np.zeros((2, runs, steps, 1), given.dtype)
        there[:, batch.run, batch.step] = 1
        for way in (0, 1):
            gates[way, batch.run, batch.step] = given @ weights["into"][way]
        gates += weights["gates"][:, :, None]
        gates[1], there[1] = gates[1, :, ::-1].copy(), there[1, :, ::-1].copy()
        self._there = there
        self._before = np.empty((steps, 2, runs, width), given.dtype)
        self._gates = [np.empty_like(self._before) for _ in range(4)]
        states = np.empty_like(self._before)
        state = np.zeros((2, runs, width), given.dtype)
        for t in range(steps):
            self._before[t] = state
            own, now = state @ weights["within"], gates[:, :, t]
            both = _sigmoid(now[..., : 2 * width] + own[..., : 2 * width])
            reset, kept = both[..., :width], both[..., width:]
            new = np.tanh(now[..., 2 * width :] + reset * own[..., 2 * width :])
            values = (reset, kept, new, own[..., 2 * width :])
            for place, value in zip(self._gates, values, strict=True):
                place[t] = value
            state = np.where(there[:, :, t] > 0, new + kept * (state - new), state)
            states[t] = state
        ahead, back = states[:, 0], states[::-1, 1]
        return np.hstack([ahead[batch.step, batch.run], back[batch.step, batch.run]])

    def back(self, wrong: Floats) -> Params:
        """Return the gradient of all weights, given *wrong*, that of the scores.

        Of the vectors it has the rows of the words `used` alone.
        """
        weights = self._weights
        slopes = {"out": self._hidden.T @ wrong, "out_bias": wrong.sum(axis=0)}
        hidden = (wrong @ weights["out"].T) * self._hidden_kept * (self._hidden > 0)
        slopes["hidden"], slopes["hidden_bias"] = self._x.T @ hidden, hidden.sum(axis=0)
        x = (hidden @ weights["hidden"].T) * self._x_kept
        inner = x[:, : self._given.shape[1]].copy()
        inner += self._recur_back(x[:, inner.shape[1] :], slopes) * self._inner_kept
        self._read_back(inner, slopes)
        return slopes

    def _recur_back(self, context: Floats, slopes: Params) -> Floats:
        weights, batch, width = self._weights, self._batch, self._shape.state
        steps, _, runs, _ = self._before.shape
        states = np.zeros_like(self._before)
        states[batch.step, 0, batch.run] = context[:, :width]
        states[steps - 1 - batch.step, 1, batch.run] = context[:, width:]
        gates = np.zeros((2, runs, steps, 3 * width), context.dtype)
        slopes["within"] = np.zeros_like(weights["within"])
        state = np.zeros((2, runs, width), context.dtype)
        for t in reversed(range(steps)):
            state = state + states[t]
            there = self._there[:, :, t]
            reset, kept, new, own = (value[t] for value in self._gates)
            changed = state * there
            to_new = changed * (1 - kept) * (1 - new * new)
            to_kept = changed * (self._before[t] - new) * kept * (1 - kept)
            to_reset = to_new * own * reset * (1 - reset)
            gates[:, :, t] = np.concatenate([to_reset, to_kept, to_new], axis=-1)
            down = np.concatenate([to_reset, to_kept, to_new * reset], axis=-1)
            slopes["within"] += self._before[t].transpose(0, 2, 1) @ down
            through = down @ weights["within"].transpose(0, 2, 1)
            state = state * (1 - there) + changed * kept + through
        slopes["gates"] = gates.sum(axis=(1, 2))[:, None]
        gates[1] = gates[1, :, ::-1].copy()
        own_gates = [gates[way, batch.run, batch.step] for way in (0, 1)]
        slopes["into"] = np.stack([self._given.T @ one for one in own_gates])
        given = sum(one @ weights["into"][way].T for way, one in enumerate(own_gates))
        return np.asarray(given)

    def _read_back(self, inner: Floats, slopes: Params) -> None:
        filters, width = self._shape.filters, self._shape.width
        strongest = (self._found == self._strongest[self._sentence]) & (self._found > 0)
        found = np.where(strongest, inner[self._sentence, :filters], 0).astype(inner.dtype)
        slopes["taps_bias"] = found.sum(axis=0)
        taps = np.hstack([look.T @ found for look in self._looks])
        slopes["taps"] = self._vectors.T @ taps
        vectors = taps @ self._weights["taps"].T
        vectors += self._mean.T @ inner[:, filters : filters + width]
        slopes["words"] = vectors * self._vectors_kept


def _picks(to: Ints, words: Ints, size: tuple[int, int]) -> sp.csr_matrix:
    return sp.csr_matrix((np.ones(len(to), np.float32), (to, words)), size)


def _keeper(chance: np.random.Generator | None) -> Callable[..., Floats]:
    """Return what draws which numbers are kept, and makes up for those that are not."""

    def keep(size: tuple[int, ...], dropped: float) -> Floats:
        if chance is None or not dropped:
            return np.ones((), np.float32)
        kept = (chance.random(size, np.float32) >= dropped).astype(np.float32)
        return kept / np.float32(1 - dropped)

    return keep


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(0.5 * np.tanh(0.5 * values) + 0.5)
