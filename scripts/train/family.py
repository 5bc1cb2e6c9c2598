"""A family of clauses from labelled sentences to weights: a first stage, then trees over it.

Each sentence that the second stage learns from was scored by a first stage that had not seen its
company: otherwise it would learn to trust scores that are too good.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from corpora import Sentence
from grown import Grown, grow
from joblib import Parallel, delayed
from levels import Levels, learn_levels
from linear import Recipe, Steps
from sklearn.linear_model import LogisticRegression
from stage import Stage, learn_stage
from vectors import Counts, count_letters, count_words, steps_of, words_of

from ai_prism.core.risk.clauses.context import features

Floats = npt.NDArray[np.float64]
_WORTH_A_PROCESS = 5_000  #: sentences


@dataclass
class Family:
    """The labelled sentences of a family, counted, with their folds."""

    recipe: Recipe
    sentences: list[Sentence]
    categories: list[str]
    columns: list[str]  #: the categories, then what else is learnt of a sentence
    truth: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]
    folds: npt.NDArray[np.int64]
    words: list[list[str]] = field(default_factory=list)
    counts: list[Counts] = field(default_factory=list)
    #: Where a label is more than one sentence: which sentences are most of it by themselves.
    whole: npt.NDArray[np.bool_] | None = None
    levels: npt.NDArray[np.int64] | None = None  #: how grave each sentence is, -1 where not known
    steps: Steps = ()
    stages: dict[frozenset[int], Stage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Count the n-grams of all sentences, which tells nothing of their labels."""
        self.words = words_of([s.text for s in self.sentences])
        self.counts = [count_words(self.words)]
        if self.recipe.letters:
            self.counts.append(count_letters(self.words))
        self.steps = steps_of([(s.corpus, s.doc) for s in self.sentences])

    @property
    def target(self) -> npt.NDArray[np.bool_]:
        """What the second stage is to tell, a column a category."""
        return self.truth[:, : len(self.categories)] if self.whole is None else self.whole

    def documents(self, which: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
        """Return the sentences *which*, document by document."""
        found: dict[tuple[str, str], list[int]] = {}
        for place in which:
            sentence = self.sentences[place]
            found.setdefault((sentence.corpus, sentence.doc), []).append(int(place))
        return [np.array(places) for places in found.values()]

    @property
    def told(self) -> npt.NDArray[np.bool_]:
        """What the network is to tell: all columns, then which sentences are most of a label."""
        return self.truth if self.whole is None else np.hstack([self.truth, self.whole])

    @property
    def told_known(self) -> npt.NDArray[np.bool_]:
        """Where that is known."""
        return self.known if self.whole is None else np.hstack([self.known, self.known])

    def learn(self, trains: Collection[frozenset[int]]) -> list[Stage]:
        """Return the first stage learnt from each of *trains*, sets of folds; each is kept."""
        wanted = [train for train in dict.fromkeys(trains) if train not in self.stages]
        jobs = -1 if len(self.sentences) >= _WORTH_A_PROCESS else 1
        learnt = Parallel(n_jobs=jobs)(delayed(learn_stage)(self, train) for train in wanted)
        self.stages.update(zip(wanted, learnt, strict=True))
        return [self.stages[train] for train in trains]


@dataclass
class Fitted:
    """All that a family's weights are made of."""

    stage: Stage
    slopes: Floats
    offsets: Floats
    priors: npt.NDArray[np.float32]
    trees: Grown
    thresholds: dict[str, float]
    presence: list[float]
    which: npt.NDArray[np.int64]  #: the sentences learnt from
    crossed: Floats  #: their probabilities by models that had not seen them
    levels: Levels | None


def fit_family(family: Family, train: frozenset[int]) -> Fitted:
    """Return the family learnt from the folds *train* alone."""
    which = np.flatnonzero(np.isin(family.folds, list(train)))
    raw = np.zeros((len(family.sentences), len(family.columns)))
    read = np.zeros((len(family.sentences), family.told.shape[1]), np.float32)
    folds = sorted(train)
    *inner, whole = family.learn([*(train - {fold} for fold in folds), train])
    for fold, stage in zip(folds, inner, strict=True):
        held = np.flatnonzero(family.folds == fold)
        raw[held] = stage.scores(family, held)
        read[held] = stage.read(family, held)
    slopes, offsets = _calibrated(family, raw, which)
    first = (raw * slopes + offsets).astype(np.float32)
    priors = _priors(family, which)
    trees, crossed = _trees(family, first, read, priors, which)
    return Fitted(
        stage=whole,
        slopes=slopes,
        offsets=offsets,
        priors=priors,
        trees=trees,
        thresholds=_thresholds(family, crossed, which),
        presence=_presence(family, crossed, which),
        which=which,
        crossed=crossed,
        levels=learn_levels(family, first, read, crossed, which),
    )


def _calibrated(family: Family, raw: Floats, which: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return slope and offset from scores to log odds (J. Platt, 1999), by column."""
    slopes, offsets = np.ones(raw.shape[1]), np.full(raw.shape[1], -8.0)
    for column in range(raw.shape[1]):
        use = which[family.known[which, column]]
        target = family.truth[use, column]
        if target.sum() < 2:
            continue
        fitted = LogisticRegression(C=10.0).fit(raw[use, column : column + 1], target)
        slopes[column] = max(0.1, fitted.coef_[0, 0])
        offsets[column] = fitted.intercept_[0]
    return slopes, offsets


def _priors(family: Family, which: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    count = len(family.categories)
    known = family.known[which][:, :count].sum(axis=0)
    shares = (family.truth[which][:, :count].sum(axis=0) + 1) / (known + 2)
    return np.log(shares / (1 - shares)).astype(np.float32)


def around(
    family: Family,
    first: npt.NDArray[np.float32],
    read: npt.NDArray[np.float32],
    priors: npt.NDArray[np.float32],
    which: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return sentence, column and features of each pair worth a look, over all documents."""
    count = len(family.categories)
    parts = []
    for places in family.documents(which):
        lengths = np.array([len(family.words[i]) for i in places], np.float32)
        (rows, columns), values = features(first[places][:, :count], read[places], lengths, priors)
        parts.append((places[rows], columns, values))
    return tuple(np.concatenate(p) for p in zip(*parts, strict=True))  # fmt: skip


def _trees(
    family: Family,
    first: npt.NDArray[np.float32],
    read: npt.NDArray[np.float32],
    priors: npt.NDArray[np.float32],
    which: npt.NDArray[np.int64],
) -> tuple[Grown, Floats]:
    rows, columns, values = around(family, first, read, priors, which)
    known = family.known[rows, columns]
    target = family.target[rows, columns]
    recipe = family.recipe
    groups = np.array([family.folds[i] for i in rows])
    crossed = np.zeros((len(family.sentences), len(family.categories)))
    for fold in sorted(set(groups)):
        inside, outside = groups == fold, (groups != fold) & known
        grown = _grown(recipe, values[outside], target[outside])
        crossed[rows[inside], columns[inside]] = grown.chances(values[inside])[:, 1]
    return _grown(recipe, values[known], target[known]), crossed


def _grown(recipe: Recipe, values: npt.NDArray[np.float32], target: npt.NDArray[np.bool_]) -> Grown:
    return grow(
        values, target, draws=recipe.draws, max_features=recipe.share, max_iter=recipe.trees,
        learning_rate=0.07, max_leaf_nodes=recipe.leaves, min_samples_leaf=40,
        l2_regularization=1.0,
    )  # fmt: skip


def _thresholds(family: Family, crossed: Floats, which: npt.NDArray[np.int64]) -> dict[str, float]:
    """Return by category the probability of best F1, drawn to that of all where data are few."""
    grid = np.arange(0.1, 0.81, 0.02)
    count = len(family.categories)
    known, truth = family.known[which][:, :count], family.target[which]
    sums = np.array(
        [
            [((crossed[which] >= t) & truth & known).sum(0), ((crossed[which] >= t) & known).sum(0)]
            for t in grid
        ]
    )
    positives = (truth & known).sum(0)
    whole = 2 * sums[:, 0].sum(1) / np.maximum(1, sums[:, 1].sum(1) + positives.sum())
    general = grid[np.argmax(whole)]
    found = {}
    for column, category in enumerate(family.categories):
        own = 2 * sums[:, 0, column] / np.maximum(1, sums[:, 1, column] + positives[column])
        smooth = np.convolve(np.pad(own, 2, mode="edge"), np.ones(5) / 5, "valid")
        best = grid[np.argmax(smooth)]
        trust = positives[column] / (positives[column] + 60)
        found[category] = round(float(trust * best + (1 - trust) * general), 3)
    return found


def _presence(family: Family, crossed: Floats, which: npt.NDArray[np.int64]) -> list[float]:
    """Return slopes for the best and second chance in a document, and an offset."""
    rows, target = [], []
    for places in family.documents(which):
        best = np.sort(np.clip(crossed[places], 0.001, 0.999), axis=0)
        best = np.vstack([np.full((1, best.shape[1]), 0.001), best])[-2:]
        rows.append(np.log(best / (1 - best)).T)
        target.append(family.truth[places][:, : len(family.categories)].any(axis=0))
    fitted = LogisticRegression(C=10.0).fit(np.vstack(rows), np.concatenate(target))
    return [float(fitted.coef_[0, 1]), float(fitted.coef_[0, 0]), float(fitted.intercept_[0])]
