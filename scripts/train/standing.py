"""What an NDA says of each hypothesis, learnt from its likeliest evidence."""

from typing import Any

import numpy as np
import scipy.sparse as sp
from arrays import Arrays, quantised
from family import Family, Fitted
from sklearn.linear_model import LogisticRegression

from ai_prism.core.risk.clauses.standing import READ, best_evidence

VERDICTS = ("Entailment", "Contradiction", "NotMentioned")


def standing_of(family: Family, fitted: Fitted, verdicts: dict[str, dict[str, str]]) -> Arrays:
    """Return the weights from the best evidence of a document to what it says."""
    documents = family.documents(fitted.which)
    names = [family.sentences[places[0]].doc for places in documents]
    features = [fitted.stage.linear.rows(family.counts, places) for places in documents]
    width, count = features[0].shape[1], len(family.categories)
    matrix = np.zeros((width, 3 * count))
    ranks, bias = np.zeros((READ, 3 * count)), np.full(3 * count, -8.0)
    for column, hypothesis in enumerate(family.categories):
        rows, scores = [], []
        for places, values in zip(documents, features, strict=True):
            best, odds = best_evidence(fitted.crossed[places, column].round(4).tolist())
            rows.append(sp.csr_matrix(values[best].sum(axis=0) if best else (1, width)))
            scores.append(odds)
        labels = [verdicts[name][hypothesis.removeprefix("nda:")] for name in names]
        target = np.array([VERDICTS.index(label) for label in labels])
        if len(set(target)) == 1:
            bias[3 * column + target[0]] = 0.0
            continue
        learnt = LogisticRegression(C=2.0, max_iter=2000).fit(
            sp.hstack([sp.vstack(rows), np.array(scores)]).tocsr(), target
        )
        _put(learnt, column, width, matrix, ranks, bias)
    steps, scales = quantised(matrix)
    return {
        "stand_matrix": steps,
        "stand_scales": scales,
        "stand_ranks": ranks.astype(np.float32),
        "stand_bias": bias.astype(np.float32),
    }


def _put(
    learnt: LogisticRegression, column: int, width: int, matrix: Any, ranks: Any, bias: Any
) -> None:
    """Write the weights of one hypothesis in its three columns; two classes are one row."""
    coefficients, intercepts = learnt.coef_, learnt.intercept_
    if len(learnt.classes_) == 2:
        coefficients = np.vstack([-coefficients[0] / 2, coefficients[0] / 2])
        intercepts = np.array([-intercepts[0] / 2, intercepts[0] / 2])
    for row, verdict in enumerate(learnt.classes_):
        matrix[:, 3 * column + verdict] = coefficients[row, :width]
        ranks[:, 3 * column + verdict] = coefficients[row, width:]
        bias[3 * column + verdict] = intercepts[row]
