"""Counts of n-grams for many sentences at once, by the code that also reads documents."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ai_prism.core.risk.clauses.tokens import letter_grams, tokens_of, word_grams


@dataclass(frozen=True)
class Counts:
    """A row a sentence, a column an n-gram."""

    matrix: sp.csr_matrix
    grams: list[str]


def words_of(texts: Sequence[str]) -> list[list[str]]:
    """Return the words of each of *texts*."""
    return [tokens_of(text, 0, len(text))[0] for text in texts]


def count_words(sentences: Sequence[list[str]]) -> Counts:
    """Return how often each one to three words stand in each of *sentences*."""
    return _counted(sentences, word_grams)


def count_letters(sentences: Sequence[list[str]]) -> Counts:
    """Return how often each two to five letters stand in the words of each of *sentences*."""
    kept: dict[str, list[str]] = {}

    def grams(words: list[str]) -> list[str]:
        return [g for w in words for g in (kept.get(w) or kept.setdefault(w, letter_grams(w)))]

    return _counted(sentences, grams)


def steps_of(documents: Sequence[Hashable]) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Return what picks for each sentence the one before it in its document, and the one after."""
    count = len(documents)
    same = [i for i in range(1, count) if documents[i] == documents[i - 1]]
    later = np.array(same, np.int64)
    before = sp.csr_matrix((np.ones(len(same), np.float32), (later, later - 1)), (count, count))
    return before, before.T.tocsr()


def _counted(sentences: Sequence[list[str]], grams: Callable[[list[str]], list[str]]) -> Counts:
    places: dict[str, int] = {}
    rows = [
        np.array([places.setdefault(g, len(places)) for g in grams(words)], np.int32)
        for words in sentences
    ]
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate(rows) if rows else np.zeros(0, np.int32)
    shape = (len(rows), len(places))
    matrix = sp.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=shape)
    matrix.sum_duplicates()
    return Counts(matrix, list(places))
