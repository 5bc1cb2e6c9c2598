"""The measures of the risk benchmark, each from counts by document, so that documents are drawn."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from family import Family
from spans import Spans, alike, bag_of

#: From which confidence on CUAD's own script counts an answer, its 101 steps.
STEPS = np.array([*np.arange(0.99, 0, -0.01), 0.001, 0])


class Table:
    """Figures by row, printed with their intervals."""

    def __init__(self, title: str) -> None:
        """Begin under *title*."""
        self.figures: dict[str, list[float]] = {}
        self.start(title)

    def start(self, title: str) -> None:
        """Begin anew under *title*; the figures so far are kept."""
        self._lines = [title]

    def add(self, row: str, name: str, value: float, low: float, high: float) -> None:
        """Add one figure."""
        self.figures[f"{row} {name}"] = [round(x, 4) for x in (value, low, high)]
        self._lines.append(f"  {row:<9} {name:<26} {value:6.3f}  [{low:.3f}, {high:.3f}]")

    def show(self) -> None:
        """Print what was added since the title."""
        print("\n".join(self._lines), flush=True)


def interval(counts: np.ndarray, measure: Callable[[np.ndarray], float]) -> tuple[float, ...]:
    """Return *measure* of all documents, and between what it lies in 95 % of 1,000 draws."""
    chance = np.random.default_rng(7)
    draws = [
        measure(np.tensordot(np.bincount(chance.integers(0, len(counts), len(counts)),
                                         minlength=len(counts)), counts, axes=1))
        for _ in range(1000)
    ]  # fmt: skip
    return measure(counts.sum(axis=0)), *map(float, np.quantile(draws, (0.025, 0.975)))


def class_counts(
    truth: np.ndarray, told: np.ndarray, docs: Sequence[str], none: bool = True
) -> np.ndarray:
    """Return true, false and missed by document and class; with *none* "no class" is one too."""
    if none:
        truth = np.column_stack([truth, ~truth.any(axis=1)])
        told = np.column_stack([told, ~told.any(axis=1)])
    names = {name: place for place, name in enumerate(dict.fromkeys(docs))}
    rows = np.array([names[d] for d in docs])
    counts = np.zeros((len(names), 3, truth.shape[1]))
    for place, hits in enumerate((truth & told, ~truth & told, truth & ~told)):
        np.add.at(counts[:, place], rows, hits)
    return counts


def macro_f1(counts: np.ndarray) -> float:
    """Return the mean F1 of the classes."""
    true, false, missed = counts
    return float(np.mean(2 * true / np.maximum(1, 2 * true + false + missed)))


def micro_f1(counts: np.ndarray) -> float:
    """Return F1 over all classes together."""
    true, false, missed = counts.sum(axis=1)
    return float(2 * true / max(1, 2 * true + false + missed))


def any_of(family: Family, found: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Return by document of *names* which categories any sentence has."""
    by_name = {
        family.sentences[places[0]].doc: found[places].any(axis=0)
        for places in family.documents(np.arange(len(found)))
    }
    return np.array([by_name[name] for name in names])


def calibration_error(chances: np.ndarray, truth: np.ndarray) -> float:
    """Return the mean distance of chance and share in ten bins (expected calibration error)."""
    bins = np.minimum((chances * 10).astype(int), 9)
    return float(
        sum(
            abs(chances[bins == b].mean() - truth[bins == b].mean()) * (bins == b).mean()
            for b in range(10)
            if (bins == b).any()
        )
    )


def span_counts(family: Family, chances: np.ndarray, spans: Spans) -> np.ndarray:
    """Return found, false and missed by document and step, as CUAD's evaluate.py counts them.

    A label is found when an answer shares half of its words (Jaccard); an answer that shares half
    with no label is false, though several answers may share one.
    """
    documents = family.documents(np.arange(len(chances)))
    counts = np.zeros((len(documents), 3, len(STEPS)))
    bags = [bag_of(s.text) for s in family.sentences]
    for row, places in enumerate(documents):
        doc = family.sentences[places[0]].doc
        for column in range(chances.shape[1]):
            labels = list(map(bag_of, spans.get((doc, column), ())))
            given = [(bags[i], chances[i, column]) for i in places if chances[i, column] > 0]
            _count(counts[row], labels, given)
    return counts


def _count(counts: np.ndarray, labels: list[Any], given: list[tuple[Any, float]]) -> None:
    answers: dict[Any, float] = {}
    for bag, chance in given:
        answers[bag] = max(chance, answers.get(bag, 0.0))
    for bag, chance in answers.items():
        if not any(alike(bag, label) for label in labels):
            counts[1] += chance > STEPS
    for label in labels:
        best = max((c for bag, c in answers.items() if alike(bag, label)), default=0.0)
        counts[0] += best > STEPS
        counts[2] += best <= STEPS


def _curve(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    true, false, missed = counts
    recall = np.concatenate([[0], true / np.maximum(1, true + missed)])
    precision = np.concatenate(
        [[1], np.where(true + false > 0, true / np.maximum(1, true + false), 1)]
    )
    return recall, np.maximum.accumulate(precision[::-1])[::-1]


def area(counts: np.ndarray) -> float:
    """Return the area under precision over recall."""
    recall, precision = _curve(counts)
    return float(np.trapezoid(precision, recall))


def precision_at(wanted: float) -> Callable[[np.ndarray], float]:
    """Return the measure of precision where recall first reaches *wanted*."""

    def measure(counts: np.ndarray) -> float:
        recall, precision = _curve(counts)
        reached = np.flatnonzero(recall >= wanted)
        return float(precision[reached[0]]) if len(reached) else 0.0

    return measure


SPAN_MEASURES = {
    "AUPR": area,
    "precision at 80 % recall": precision_at(0.8),
    "precision at 90 % recall": precision_at(0.9),
}


def verdict_counts(pairs: np.ndarray) -> np.ndarray:
    """Return by NDA and hypothesis: which verdict was right (3) by which was given (3)."""
    return np.eye(3)[pairs[..., 0]][..., :, None] * np.eye(3)[pairs[..., 1]][..., None, :]


def verdict_accuracy(counts: np.ndarray) -> float:
    """Return the share of right verdicts."""
    return float(np.trace(counts.sum(axis=0)) / counts.sum())


def verdict_f1(verdict: int) -> Callable[[np.ndarray], float]:
    """Return the measure of F1 of *verdict*, meant over hypotheses."""

    def measure(counts: np.ndarray) -> float:
        true = counts[:, verdict, verdict]
        both = counts[:, verdict, :].sum(axis=1) + counts[:, :, verdict].sum(axis=1)
        return float(np.mean(2 * true / np.maximum(1, both)))

    return measure
