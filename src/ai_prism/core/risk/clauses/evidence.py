"""Which words of a sentence made a model say what it says."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from ai_prism.core.risk.clauses.tokens import word_grams
from ai_prism.core.risk.clauses.weights import Weights
from ai_prism.core.subject import Span

_MOST: Final = 3


def heaviest_words(
    weights: Weights, columns: Sequence[int], words: list[str], places: list[Span]
) -> list[tuple[Span, ...]]:
    """Return for each of *columns* where the one to three words in a row stand that weighed most.

    They are three at most, in order. Each n-gram counts once for what the linear weights give it in
    this sentence; those that overlap a heavier one are left out.
    """
    known = weights.vocabulary.words
    grams = [
        (feature, *_words_of(place, len(words)))
        for place, gram in enumerate(word_grams(words))
        if (feature := known.get(gram)) is not None
    ]
    if not grams:
        return [()] * len(columns)
    features = np.array([feature for feature, _, _ in grams])
    heavy = weights.matrix[features][:, columns] * weights.vocabulary.idf[features][:, None]
    return [
        _apart([(w, a, b) for w, (_, a, b) in zip(own, grams, strict=True) if w > 0], places)
        for own in heavy.T.tolist()
    ]


def _apart(weighed: list[tuple[float, int, int]], places: list[Span]) -> tuple[Span, ...]:
    """Return where the heaviest of *weighed* stand, from word to word, that do not overlap."""
    taken: list[tuple[int, int]] = []
    for _, first, last in sorted(weighed, key=lambda gram: (-gram[0], *gram[1:])):
        if all(last < a or first > b for a, b in taken):
            taken.append((first, last))
        if len(taken) == _MOST:
            break
    return tuple((places[a][0], places[b][1]) for a, b in sorted(taken))


def _words_of(place: int, count: int) -> tuple[int, int]:
    """Return the first and last word of the n-gram at *place* in what `word_grams` returns."""
    for more in (0, 1):
        if place < count - more:
            return place, place + more
        place -= count - more
    return place, place + 2
