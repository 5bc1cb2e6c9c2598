"""How good the clause models are on documents and companies they have not seen.

    make bench-risk DATA=folder

Every family is learnt anew for each fold by the code that makes the shipped weights, and each
fold is judged by the code that judges documents. Nothing is chosen on the fold it is judged on:
n-grams, calibration, trees and thresholds come from the other folds. Intervals are the middle 95 %
of 1,000 draws of whole documents.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import measures
import numpy as np
import risk_cost
from corpora import rows_of
from family import Family
from learn import families_of, learn
from risk_phrases import PHRASES
from spans import spans_of
from standing import VERDICTS

from ai_prism.core.risk.clauses.model import LearntClauses
from ai_prism.core.risk.clauses.standing import standpoints_of
from ai_prism.core.risk.clauses.weights import LEVELS, Weights


class Judged:
    """What the models that had not seen it say of every sentence of a family."""

    def __init__(self, family: Family, verdicts: dict[str, dict[str, str]]) -> None:
        """Learn and judge fold by fold."""
        self.family = family
        self.truth = family.truth[:, : len(family.categories)]
        self.known = family.known[:, : len(family.categories)]
        self.chances = np.zeros(self.truth.shape)
        self.told = np.zeros(self.truth.shape, bool)
        self.levels = np.zeros((len(self.truth), len(LEVELS)))
        self.present: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self.standing: dict[str, list[tuple[int, int]]] = {}
        every = frozenset(family.folds.tolist())
        for fold in sorted(every):
            self._judge(fold, Weights(learn(family, every - {fold}, verdicts)), verdicts)

    def _judge(self, fold: int, weights: Weights, verdicts: dict[str, dict[str, str]]) -> None:
        model = LearntClauses(weights)
        limits = np.array(list(model.thresholds.values()))
        for places in self.family.documents(np.flatnonzero(self.family.folds == fold)):
            scored = model.score([self.family.sentences[i].text for i in places])
            self.chances[places] = [[one[c] for c in self.family.categories] for one in scored]
            self.told[places] = self.chances[places] >= limits
            if "level:high" in scored[0]:
                levels = [[one[f"level:{x}"] for x in LEVELS] for one in scored]
                self.levels[places] = levels
            name = self.family.sentences[places[0]].doc
            present = model.presence_of(self.chances[places])
            self.present[name] = (self.truth[places].any(axis=0), present)
            if verdicts:
                self._stand(name, places, weights, scored, verdicts[name])

    def _stand(
        self, name: str, places: Any, weights: Weights, scored: Any, verdicts: dict[str, str]
    ) -> None:
        rows = [weights.vocabulary.row(self.family.words[i]) for i in places]
        said = standpoints_of(weights, rows, scored)
        pairs = []
        for hypothesis, s in said.items():
            guess = int(np.argmax([s.entailed, s.contradicted, s.absent]))
            pairs.append((VERDICTS.index(verdicts[hypothesis.removeprefix("nda:")]), guess))
        self.standing[name] = pairs

    def by_phrases(self) -> np.ndarray:
        """Return what the hand-written expressions find."""
        found = np.zeros(self.truth.shape, bool)
        for column, category in enumerate(self.family.categories):
            search = re.compile(PHRASES[category], re.IGNORECASE).search
            found[:, column] = [bool(search(s.text)) for s in self.family.sentences]
        return found


def main() -> None:
    """Print all figures, family by family, then what the shipped models cost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", default="", help="one family: tos, nda or cuad")
    parser.add_argument("--write", type=Path, help="write the figures there as JSON")
    given = parser.parse_args()
    show = {"tos": _terms, "nda": _agreements, "cuad": _contracts}
    figures: dict[str, dict[str, list[float]]] = {}
    for name, (family, verdicts) in families_of(given.data).items():
        if given.only in ("", name):
            before = time.monotonic()
            figures[name] = show[name](Judged(family, verdicts), given.data)
            print(f"  learnt and judged in {time.monotonic() - before:.0f} s\n", flush=True)
    cost = subprocess.run(
        [sys.executable, risk_cost.__file__], check=True, capture_output=True, text=True
    )
    print(cost.stdout)
    if given.write:
        given.write.write_text(json.dumps(figures, indent=1) + "\n")


def _terms(judged: Judged, data: Path) -> dict[str, list[float]]:
    sentences = judged.family.sentences
    unfair = np.array([s.corpus == "unfair" for s in sentences])
    eight = [i for i, c in enumerate(judged.family.categories) if "Privacy" not in c]
    docs = [s.doc for s in sentences if s.corpus == "unfair"]
    table = measures.Table(f"UNFAIR-ToS, {len(set(docs))} documents (8 classes and none)")
    for row, told in (("model", judged.told), ("phrases", judged.by_phrases())):
        truth, guess = judged.truth[unfair][:, eight], told[unfair][:, eight]
        counts = measures.class_counts(truth, guess, docs)
        table.add(row, "micro F1", *measures.interval(counts, measures.micro_f1))
        table.add(row, "macro F1", *measures.interval(counts, measures.macro_f1))
    table.show()
    _severity(judged, ~unfair, table)
    _calibration(judged, table)
    return table.figures


def _severity(judged: Judged, which: np.ndarray, table: measures.Table) -> None:
    sentences = [s for s, w in zip(judged.family.sentences, which, strict=True) if w]
    truth = np.array([LEVELS.index(s.level) for s in sentences])
    docs = [s.doc for s in sentences]
    table.start(f"Severity corpus, {len(set(docs))} documents, its own folds")
    guess = judged.levels[which].argmax(axis=1)
    phrases = np.where(judged.by_phrases()[which].any(axis=1), 2, 0)
    for row, told in (("model", guess), ("phrases", phrases)):
        one_hot, said = np.eye(4, dtype=bool)[truth], np.eye(4, dtype=bool)[told]
        counts = measures.class_counts(one_hot, said, docs, none=False)
        table.add(row, "level macro F1", *measures.interval(counts, measures.macro_f1))
        one_hot, said = (truth > 0)[:, None], (told > 0)[:, None]
        counts = measures.class_counts(one_hot, said, docs, none=False)
        table.add(row, "risky sentence F1", *measures.interval(counts, measures.macro_f1))
    table.show()


def _contracts(judged: Judged, data: Path) -> dict[str, list[float]]:
    table = measures.Table(
        f"CUAD, {len(judged.present)} contracts, companies apart (official measure)"
    )
    spans = spans_of(rows_of(data / "cuad_spans.jsonl.xz"), judged.family.categories)
    for row, chances in (("model", judged.chances), ("phrases", judged.by_phrases() * 0.5)):
        counts = measures.span_counts(judged.family, chances, spans)
        for name, measure in measures.SPAN_MEASURES.items():
            table.add(row, name, *measures.interval(counts, measure))
    _presence(judged, table)
    table.show()
    _calibration(judged, table)
    return table.figures


def _presence(judged: Judged, table: measures.Table) -> None:
    names = list(judged.present)
    truth = np.array([judged.present[n][0] for n in names])
    model = np.array([judged.present[n][1] >= 0.5 for n in names])
    phrases = measures.any_of(judged.family, judged.by_phrases(), names)
    for row, told in (("model", model), ("phrases", phrases)):
        counts = measures.class_counts(truth, told, names, none=False)
        table.add(row, "presence F1", *measures.interval(counts, measures.micro_f1))


def _agreements(judged: Judged, data: Path) -> dict[str, list[float]]:
    table = measures.Table(f"ContractNLI, {len(judged.present)} NDAs (mean over hypotheses)")
    pairs = np.array([judged.standing[name] for name in judged.standing])
    usual = pairs.copy()
    for column in range(pairs.shape[1]):
        usual[:, column, 1] = np.bincount(pairs[:, column, 0]).argmax()
    for row, said in (("model", pairs), ("majority", usual)):
        counts = measures.verdict_counts(said)
        for place, name in enumerate(("F1(E)", "F1(C)")):
            table.add(row, name, *measures.interval(counts, measures.verdict_f1(place)))
        table.add(row, "accuracy", *measures.interval(counts, measures.verdict_accuracy))
    table.show()
    _calibration(judged, table)
    return table.figures


def _calibration(judged: Judged, table: measures.Table) -> None:
    known, chances, truth = judged.known, judged.chances, judged.family.target
    shown = known & (chances >= 0.02)
    every = measures.calibration_error(chances[known], truth[known])
    told = measures.calibration_error(chances[shown], truth[shown])
    table.figures["model ECE, all"] = [every]
    table.figures["model ECE, shown"] = [told]
    print(f"  calibration error {every:.4f} over all, {told:.4f} over those shown (0.02 and more)")


if __name__ == "__main__":
    main()
