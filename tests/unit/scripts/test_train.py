"""Training gives the same bytes again, and what it learnt is what the product computes."""

from pathlib import Path
from typing import Any

import corpora
import export
import family
import numpy as np
import pytest
from linear import Recipe

from ai_prism.core.risk.clauses.weights import read

RECIPE = Recipe("tiny", 3, True, 200, 1, 1.0, 1)
KINDS = {
    "law": "This Agreement is governed by the laws of country number {n}, whatever happens.",
    "cap": "The liability of the supplier shall not exceed {n} hundred euros in any year.",
    "": "The boxes numbered {n} are green and stand beside the door of the house.",
}


def a_family() -> Any:
    sentences = [
        corpora.Sentence(
            text.format(n=f"town{chr(97 + n % 26)}{chr(97 + n // 26)}"),
            (label,) if label else (),
            f"doc {n}",
            f"company {n // 2}",
            "tiny",
        )
        for n in range(48)
        for label, text in KINDS.items()
        if label != "cap" or n % 3
    ]
    truth = np.array([[label in s.labels for label in ("cap", "law")] for s in sentences])
    folds = np.array(corpora.folds_of([s.group for s in sentences], 3))
    names = ["tiny:cap", "tiny:law"]
    return family.Family(RECIPE, sentences, names, names, truth, np.ones_like(truth), folds)


def learnt(path: Path) -> tuple[Any, Any, bytes]:
    made = a_family()
    fitted = family.fit_family(made, frozenset(made.folds.tolist()))
    export.write(path, export.arrays_of(made, fitted))
    return made, fitted, path.read_bytes()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, bytes]:
    return learnt(tmp_path_factory.mktemp("weights") / "tiny.npz")


def test_the_same_data_give_the_same_bytes(tiny: Any, tmp_path: Path) -> None:
    assert learnt(tmp_path / "again.npz")[2] == tiny[2]


def test_the_product_computes_what_was_learnt(tiny: Any) -> None:
    made, fitted, content = tiny
    weights = read(content)
    every = np.arange(len(made.sentences))
    expected = fitted.linear.scores(made.counts, every) * fitted.slopes + fitted.offsets

    first = weights.first([weights.vocabulary.row(words) for words in made.words])

    # Weights are kept in 127 steps a column, so scores differ in the second decimal.
    np.testing.assert_allclose(first, expected, atol=0.1)


def test_the_trees_of_the_product_are_those_that_were_grown(tiny: Any) -> None:
    _, fitted, content = tiny
    rows = np.random.default_rng(1).normal(0, 3, (200, 13)).astype(np.float32)

    log_odds = read(content).trees.log_odds(rows)

    expected = fitted.trees.predict_proba(rows)[:, 1]
    np.testing.assert_allclose(1 / (1 + np.exp(-log_odds)), expected, atol=1e-4)


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

    np.testing.assert_array_equal(first.linear.weights, second.linear.weights)
    assert first.thresholds == second.thresholds


def test_pickled_objects_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "evil.npz", about=np.array([{"columns": []}], dtype=object))

    with pytest.raises(ValueError, match="pickle"):
        read((tmp_path / "evil.npz").read_bytes())
