"""Which words of a sentence made a model say what it says."""

from typing import Final

import numpy as np

from ai_prism.core.risk.clauses.tokens import word_grams
from ai_prism.core.risk.clauses.weights import Weights
from ai_prism.core.subject import Span

_MOST: Final = 3


def heaviest_words(
    weights: Weights, column: int, words: list[str], places: list[Span]
) -> tuple[Span, ...]:
    """Return where the one to three words in a row stand that weighed most for *column*, <= 3.

    Each n-gram counts once for what the model gives it in this sentence; those that overlap a
    heavier one are left out.
    """
    known = weights.vocabulary.words
    count = len(words)
    weighed: list[tuple[float, int, int]] = []
    for place, gram in enumerate(word_grams(words)):
        feature = known.get(gram)
        if feature is None:
            continue
        weight = float(weights.matrix[feature, column] * weights.vocabulary.idf[feature])
        if weight > 0:
            weighed.append((-weight, *_words_of(place, count)))
    taken: list[tuple[int, int]] = []
    for _, first, last in sorted(weighed):
        if all(last < a or first > b for a, b in taken):
            taken.append((first, last))
        if len(taken) == _MOST:
            break
    return tuple((places[a][0], places[b][1]) for a, b in sorted(taken))


def _words_of(place: int, count: int) -> tuple[int, int]:
    """Return the first and last word of the n-gram at *place* in what `word_grams` returns."""
    lengths = np.cumsum([count, max(0, count - 1), max(0, count - 2)])
    size = int(np.searchsorted(lengths, place, side="right"))
    first = place - (int(lengths[size - 1]) if size else 0)
    return first, first + size
