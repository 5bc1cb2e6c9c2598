"""Training gives the same bytes again, and what it learnt is what the product computes."""

from pathlib import Path
from typing import Any

import arrays
import corpora
import family
import levels
import numpy as np
import pytest
import spans
import stage
from levels import level_f1
from linear import Recipe
from network import Pass, Shape, batch_of, begin
from threadpoolctl import threadpool_limits

from ai_prism.core.risk.clauses.context import worth
from ai_prism.core.risk.clauses.network import Network, places_of
from ai_prism.core.risk.clauses.weights import Weights, read

#: On a busy machine the threads of OpenMP wait for one another far longer than they work.
threadpool_limits(1)

SHAPE = Shape(width=8, filters=12, state=6, hidden=12, least=2, run=4, runs=4, epochs=20)
RECIPE = Recipe("tiny", 3, True, 200, 1, 1.0, neighbours=0.5, shape=SHAPE)
KINDS = {
    "law": "This Agreement is governed by the laws of country number {n}, whatever happens.",
    "cap": "The liability of the supplier shall not exceed {n} hundred euros in any year.",
    "": "The boxes numbered {n} are green and stand beside the door of the house.",
}


def a_family(with_levels: bool = False) -> Any:
    sentences = [
        corpora.Sentence(
            text.format(n=f"town{chr(97 + n % 26)}{chr(97 + n // 26)}"),
            (label,) if label else (),
            f"doc {n}",
            f"company {n // 2}",
            "tiny",
        )
        for n in range(144 if with_levels else 48)
        for label, text in KINDS.items()
        if label != "cap" or n % 3
    ]
    truth = np.array([[label in s.labels for label in ("cap", "law")] for s in sentences])
    folds = np.array(corpora.folds_of([s.group for s in sentences], 3))
    names = ["tiny:cap", "tiny:law"]
    grave = truth[:, 1] + truth[:, 0] * (2 + np.arange(len(truth)) % 2) if with_levels else None
    return family.Family(
        RECIPE, sentences, names, names, truth, np.ones_like(truth), folds, levels=grave
    )


def learnt(path: Path) -> tuple[Any, Any, bytes]:
    made = a_family()
    fitted = family.fit_family(made, frozenset(made.folds.tolist()))
    arrays.write(path, arrays.arrays_of(made, fitted))
    return made, fitted, path.read_bytes()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, bytes]:
    return learnt(tmp_path_factory.mktemp("weights") / "tiny.npz")


def test_the_same_data_give_the_same_bytes(tiny: Any, tmp_path: Path) -> None:
    assert learnt(tmp_path / "again.npz")[2] == tiny[2]


def test_the_linear_scores_of_the_product_are_those_that_were_learnt(tiny: Any) -> None:
    made, fitted, content = tiny
    weights = read(content)
    every = np.arange(len(made.sentences))
    expected = fitted.stage.scores(made, every) * fitted.slopes + fitted.offsets

    first = np.vstack(
        [
            weights.first([weights.vocabulary.row(made.words[i]) for i in places])
            for places in made.documents(every)
        ]
    )

    # Weights are kept in 127 steps a column, so scores differ in the second decimal.
    np.testing.assert_allclose(first, expected, atol=0.1)


def test_the_trees_of_the_product_are_those_that_were_grown(tiny: Any) -> None:
    _, fitted, content = tiny
    rows = (
        np.random.default_rng(1)
        .normal(0, 3, (200, fitted.trees.each[0].n_features_in_))
        .astype(np.float32)
    )

    log_odds = read(content).trees.log_odds(rows)

    np.testing.assert_allclose(log_odds, fitted.trees.log_odds(rows), atol=1e-4)
    expected = fitted.trees.chances(rows)[:, 1]
    np.testing.assert_allclose(1 / (1 + np.exp(-log_odds)), expected, atol=1e-4)


def test_words_of_the_sentence_before_and_after_are_learnt_from() -> None:
    texts = {
        "signal": ("The next sentence tells.", ()),
        "told": ("Number {n} is a plain line.", ("cap",)),
        "": ("The boxes of {n} are green.", ()),
        "plain": ("Number {n} is a plain line.", ()),
    }
    sentences = [
        corpora.Sentence(text.format(n=f"town{n}"), labels, f"doc {n}", f"company {n}", "tiny")
        for n in range(30)
        for text, labels in texts.values()
    ]
    truth = np.array([["cap" in s.labels] for s in sentences])
    folds = np.array(corpora.folds_of([s.group for s in sentences], 3))
    made = family.Family(
        Recipe("tiny", 3, False, 200, 1, 1.0, neighbours=0.5, shape=SHAPE), sentences,
        ["tiny:cap"], ["tiny:cap"], truth, np.ones_like(truth), folds,
    )  # fmt: skip

    held = np.flatnonzero(folds == 0)
    (learnt,) = made.learn([frozenset({1, 2})])

    assert ((learnt.scores(made, held)[:, 0] > 0) == truth[held, 0]).all()
    assert ((learnt.read(made, held)[:, 0] > 0) == truth[held, 0]).all()


def test_the_gradient_of_the_network_is_that_of_its_scores() -> None:
    chance = np.random.default_rng(0)
    shape = Shape(width=5, filters=4, state=3, hidden=6)
    weights = begin(chance.standard_normal((9, 5)), 2, shape, chance)
    weights = {name: one.astype(np.float64) for name, one in weights.items()}
    sentences = [chance.integers(0, 9, length) for length in (3, 1, 5, 2, 4, 1)]
    batch = batch_of([sentences[:2], sentences[2:]])
    wrong = chance.random((6, 2))

    def loss() -> float:
        return float((Pass(weights, batch, shape, None).scores * wrong).sum())

    way = Pass(weights, batch, shape, None)
    slopes = way.back(wrong)

    slopes["words"], of_used = np.zeros_like(weights["words"]), slopes["words"]
    slopes["words"][way.used] = of_used
    for name, one in weights.items():
        for place in np.ndindex(one.shape):
            before, step = one[place], 1e-5
            one[place] = before + step
            above = loss()
            one[place] = before - step
            below = loss()
            one[place] = before
            assert slopes[name][place] == pytest.approx((above - below) / (2 * step), abs=1e-7)


def test_the_product_reads_as_the_network_that_was_learnt() -> None:
    chance = np.random.default_rng(0)
    weights = begin(chance.standard_normal((30, 8)), 2, SHAPE, chance)
    words = ["", *(f"word{n}" for n in range(1, 30))]
    sentences = [[f"word{n}" for n in chance.integers(1, 40, 5)] for _ in range(600)]
    network = Network(stage.network_arrays(weights, words))

    told = network.scores(sentences)

    known = {word: place for place, word in enumerate(words)}
    batch = batch_of([[places_of(one, known) for one in sentences]])
    expected = Pass(weights, batch, SHAPE, None).scores
    # Vectors are kept in 127 steps, all else in halves of four bytes.
    np.testing.assert_allclose(told, expected, atol=0.05)
    assert told.std() > 0.2


def test_the_levels_of_the_product_are_those_that_were_learnt() -> None:
    made = a_family(with_levels=True)
    every = np.arange(len(made.sentences))
    fitted = family.fit_family(made, frozenset(made.folds.tolist()))
    content = arrays.arrays_of(made, fitted)

    width = fitted.levels.trees.each[0].n_features_in_
    rows = np.random.default_rng(1).normal(0, 3, (200, width)).astype(np.float32)
    raw = fitted.levels.trees.log_odds(rows)
    found = [trees.log_odds(rows) for trees in Weights(content).levels]

    np.testing.assert_allclose(np.column_stack(found), raw, atol=1e-4)
    told = fitted.levels.crossed[every].argmax(axis=1)
    assert level_f1(made.levels, told) > 0.4


def test_rare_levels_are_told_though_others_are_likelier() -> None:
    chance = np.random.default_rng(5)
    truth = np.repeat([0, 1, 2, 3], [2000, 40, 120, 40])
    signal = np.eye(4)[truth] * 2 + np.log([0.91, 0.018, 0.054, 0.018])
    odds = np.exp(signal + chance.normal(0, 0.8, (len(truth), 4)))
    chances = odds / odds.sum(axis=1, keepdims=True)

    f1, size = levels.standing(chances, truth)

    plain = level_f1(truth, chances.argmax(axis=1))
    assert level_f1(truth, worth(chances, f1, size).argmax(axis=1)) > plain + 0.02


def test_a_piece_of_a_labelled_clause_is_not_the_clause() -> None:
    sentences = [
        corpora.Sentence(text, ("Insurance",), "doc", "company", "cuad")
        for text in ("It shall insure the goods against loss, damage and theft.", "It shall pay.")
    ]
    labelled = " ".join(s.text for s in sentences)
    rows = [{"doc": "doc", "text": labelled, "labels": ["Insurance", "Parties"]}] * 2

    labels = spans.spans_of(rows, ["cuad:insurance"])

    assert labels == {("doc", 0): [labelled]}
    assert spans.whole(sentences, labels, 1).tolist() == [[True], [False]]


def test_companies_are_held_out_whole() -> None:
    names = ["a", "a", "b", "c", "c", "c", "d"]

    folds = corpora.folds_of(names, 2)

    assert all(len({f for f, n in zip(folds, names, strict=True) if n == x}) == 1 for x in names)
    assert set(folds) == {0, 1}


def test_what_is_not_learnt_from_does_not_change_what_is_learnt() -> None:
    one, other = a_family(), a_family()
    held = other.folds == 0
    other.truth[held] = ~other.truth[held]

    first = family.fit_family(one, frozenset({1, 2}))
    second = family.fit_family(other, frozenset({1, 2}))

    np.testing.assert_array_equal(first.stage.linear.weights, second.stage.linear.weights)
    for name, learnt in first.stage.network.items():
        np.testing.assert_array_equal(learnt, second.stage.network[name])
    assert first.thresholds == second.thresholds


def test_pickled_objects_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "evil.npz", about=np.array([{"columns": []}], dtype=object))

    with pytest.raises(ValueError, match="pickle"):
        read((tmp_path / "evil.npz").read_bytes())
