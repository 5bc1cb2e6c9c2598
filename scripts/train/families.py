"""The three families: which data, which categories, which recipe."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from corpora import Sentence, agreements, contracts, folds_of, rows_of, severity, unfair
from family import Family
from linear import Recipe
from network import Shape
from spans import kebab, spans_of, whole

from ai_prism.core.risk.clauses.weights import LEVELS

SMALL = Shape(filters=96, state=64, hidden=96, least=3, runs=6)
TERMS = Recipe("tos", 5, True, 5000, 2, 0.5, 0.5, draws=3, share=0.4, shape=SMALL)
CONTRACTS = Recipe("cuad", 5, False, 2500, 3, 0.2, 0.5, trees=200, leaves=31)
AGREEMENTS = Recipe("nda", 5, True, 1500, 2, 0.5, 0.5, draws=3, share=0.4, shape=SMALL)


def terms(folder: Path) -> Family:
    """Return terms of service: UNFAIR-ToS and the severity corpus, companies held together.

    Companies of the severity corpus keep the fold it gives them.
    """
    sentences = unfair(folder) + severity(folder)
    labels = sorted({label for s in sentences for label in s.labels})
    given = {s.group: s.fold for s in sentences if s.corpus == "severity"}
    rest = sorted({s.group for s in sentences} - set(given))
    sizes = [s.group for s in sentences if s.group in rest]
    others = dict(zip(sizes, folds_of(sizes, 5), strict=True))
    folds = [given.get(s.group, others.get(s.group, 0)) for s in sentences]
    grades = LEVELS[:0:-1]
    columns = [*labels, *grades]
    truth = _truth(sentences, labels)
    levels = np.array([[s.level == level for level in grades] for s in sentences])
    known = np.ones((len(sentences), len(columns)), bool)
    only_severity = [place for place, c in enumerate(columns) if c in (*grades, "Privacy included")]
    for row, sentence in enumerate(sentences):
        if sentence.corpus == "unfair":
            known[row, only_severity] = False
    return Family(
        TERMS, sentences, [f"tos:{label}" for label in labels],
        [*(f"tos:{label}" for label in labels), *(f"level:{level}" for level in grades)],
        np.hstack([truth, levels]), known, np.array(folds),
        levels=np.array([LEVELS.index(s.level) if s.level else -1 for s in sentences]),
    )  # fmt: skip


def clauses(folder: Path) -> Family:
    """Return the contracts of CUAD, those that one company filed held together.

    A fifth of what is labelled is a piece of a clause of several sentences. The first stage learns
    from pieces, the second tells what is most of a clause, which is what CUAD's own measure counts.
    """
    sentences = contracts(folder)
    labels = sorted({label for s in sentences for label in s.labels})
    names = [f"cuad:{kebab(label)}" for label in labels]
    family = _plain(CONTRACTS, sentences, labels, names)
    spans = spans_of(rows_of(folder / "cuad_spans.jsonl.xz"), family.categories)
    family.whole = whole(sentences, spans, family.truth.shape[1])
    return family


def non_disclosure(folder: Path) -> tuple[Family, dict[str, dict[str, str]]]:
    """Return the NDAs of ContractNLI, and what each says of each hypothesis."""
    sentences, verdicts = agreements(folder)
    labels = sorted({label for s in sentences for label in s.labels})
    return _plain(AGREEMENTS, sentences, labels, [f"nda:{x}" for x in labels]), verdicts


def _plain(
    recipe: Recipe, sentences: list[Sentence], labels: list[str], names: list[str]
) -> Family:
    truth = _truth(sentences, labels)
    folds = np.array(folds_of([s.group for s in sentences], recipe.folds))
    return Family(recipe, sentences, names, names, truth, np.ones_like(truth), folds)


def _truth(sentences: list[Sentence], labels: list[str]) -> npt.NDArray[np.bool_]:
    return np.array([[label in s.labels for label in labels] for s in sentences])
