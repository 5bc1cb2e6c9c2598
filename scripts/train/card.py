"""The card that goes with the weights: what they were made of, how, and how good they are.

The figures come from the models that training makes anyway to calibrate itself: every sentence was
scored by a first stage, and weighed by trees, that had not learnt from its company. Only the
threshold of each category was chosen on the figures' own sentences, and the trees of a fold saw
scores by first stages that knew it; `make bench-risk` holds out that too.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import measures
import numpy as np
import numpy.typing as npt
from corpora import rows_of
from family import Family, Fitted
from levels import level_f1
from linear import Recipe
from spans import spans_of

Figures = dict[str, float]


def figures_of(family: Family, fitted: Fitted, data: Path) -> Figures:
    """Return the figures of *family*, by name."""
    count = len(family.categories)
    truth, known = family.truth[:, :count], family.known[:, :count]
    target = family.target
    told = fitted.crossed >= np.array(list(fitted.thresholds.values()))
    shown = known & (fitted.crossed >= 0.02)
    figures = {
        "calibration error": measures.calibration_error(fitted.crossed[known], target[known]),
        "calibration error of what is shown": measures.calibration_error(
            fitted.crossed[shown], target[shown]
        ),
    }
    if family.recipe.name == "tos":
        figures |= _terms(family, fitted, truth, told)
    if family.recipe.name == "cuad":
        figures |= _contracts(family, fitted, truth, data)
    return {name: round(value, 4) for name, value in figures.items()}


def write_card(path: Path, families: dict[str, tuple[Recipe, Figures]]) -> None:
    """Write the card of all *families*, each with recipe and figures, to *path*."""
    card: dict[str, Any] = {
        "licence": "Apache-2.0; the credits that the data ask for are in NOTICE",
        "data": {
            "tos": "UNFAIR-ToS (train and validation parts) and the Multilingual Unfair Clause"
            " corpus in English, CC BY 4.0",
            "cuad": "CUAD v1, 404 contracts, CC BY 4.0",
            "nda": "ContractNLI, 111 agreements, CC BY 4.0",
        },
        "limits": "English agreements of the kinds in the data. Clauses to check, no legal advice.",
        "recipes": {name: asdict(recipe) for name, (recipe, _) in families.items()},
        "figures on companies held out": {name: f for name, (_, f) in families.items()},
    }
    path.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _terms(
    family: Family, fitted: Fitted, truth: npt.NDArray[Any], told: npt.NDArray[Any]
) -> Figures:
    unfair = np.array([s.corpus == "unfair" for s in family.sentences])
    eight = [i for i, c in enumerate(family.categories) if "Privacy" not in c]
    docs = [s.doc for s in family.sentences]
    held = truth[unfair][:, eight], told[unfair][:, eight]
    total = measures.class_counts(*held, docs[: unfair.sum()]).sum(axis=0)
    assert fitted.levels is not None  # noqa: S101 - for the type checker: terms have levels
    assert family.levels is not None  # noqa: S101
    level, meant = fitted.levels.crossed[~unfair].argmax(axis=1), family.levels[~unfair]
    return {
        "UNFAIR-ToS micro F1": measures.micro_f1(total),
        "UNFAIR-ToS macro F1": measures.macro_f1(total),
        "severity corpus, risky sentence F1": float(
            2 * ((level > 0) & (meant > 0)).sum() / ((level > 0).sum() + (meant > 0).sum())
        ),
        "severity corpus, level macro F1": level_f1(meant, level),
    }


def _contracts(family: Family, fitted: Fitted, truth: npt.NDArray[Any], data: Path) -> Figures:
    spans = spans_of(rows_of(data / "cuad_spans.jsonl.xz"), family.categories)
    total = measures.span_counts(family, fitted.crossed, spans).sum(axis=0)
    documents = family.documents(fitted.which)
    second, slope = fitted.presence[1], fitted.presence[0]
    has = np.array([truth[places].any(axis=0) for places in documents])
    best = np.array([_odds(fitted.crossed[places]) for places in documents])
    said = slope * best[:, 1] + second * best[:, 0] + fitted.presence[2] > 0
    return {
        **{name: measure(total) for name, measure in measures.SPAN_MEASURES.items()},
        "presence F1": float(2 * (said & has).sum() / (said.sum() + has.sum())),
    }


def _odds(chances: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the log odds of the second and the best chance of each column."""
    best = np.sort(np.clip(chances, 0.001, 0.999), axis=0)[-2:]
    return np.asarray(np.log(best / (1 - best)))
