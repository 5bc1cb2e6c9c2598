"""From words to numbers: tf-idf over a fixed vocabulary of word and letter n-grams.

Term weighting as in G. Salton and C. Buckley, Term-weighting approaches in automatic text
retrieval, 1988: logarithmic counts, inverse document frequency, unit length; words and letters
are brought to unit length apart, so that neither drowns the other.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ai_prism.core.risk.clauses.tokens import letter_grams, word_grams

Floats: TypeAlias = npt.NDArray[np.float32]
Places: TypeAlias = npt.NDArray[np.int32]
#: The features of one sentence: which, ascending, and how much of each.
Row: TypeAlias = tuple[Places, Floats]


class Vocabulary:
    """The n-grams a model knows, with their inverse document frequencies."""

    def __init__(self, words: list[str], letters: list[str], idf: Floats) -> None:
        """Take n-grams of *words*, then those of *letters*, with *idf* in that order."""
        self.words = {gram: place for place, gram in enumerate(words)}
        self.letters = {gram: place for place, gram in enumerate(letters, start=len(words))}
        self.idf = idf
        self._of_word: dict[str, tuple[int, ...]] = {}

    def row(self, words: list[str]) -> Row:
        """Return the features of a sentence of *words*."""
        by_word = Counter(_known(self.words, word_grams(words)))
        by_letter: Counter[int] = Counter()
        if self.letters:
            for word in words:
                by_letter.update(self.letters_of(word))
        parts = [self._unit(part) for part in (by_word, by_letter)]
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    def letters_of(self, word: str) -> tuple[int, ...]:
        """Return the letter n-grams of *word* that the model knows; kept, as words come again."""
        known = self._of_word.get(word)
        if known is None:
            if len(self._of_word) >= 20_000:
                self._of_word.clear()
            known = self._of_word[word] = tuple(_known(self.letters, letter_grams(word)))
        return known

    def _unit(self, counts: Counter[int]) -> Row:
        places = np.fromiter(sorted(counts), np.int32, len(counts))
        values = np.fromiter((counts[p] for p in places.tolist()), np.float32, len(counts))
        values = ((1 + np.log(values)) * self.idf[places]).astype(np.float32)
        length = float(np.sqrt((values * values).sum()))
        return places, values / np.float32(length) if length else values


def _known(vocabulary: Mapping[str, int], grams: Iterable[str]) -> Iterable[int]:
    look: Callable[[str], Any] = vocabulary.get
    return [place for place in map(look, grams) if place is not None]
