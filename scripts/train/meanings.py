"""Which words a network knows, and a vector for each from the company that it keeps.

No label is looked at. The vectors are the largest singular ones of how much more often two words
stand near each other than by chance (O. Levy, Y. Goldberg, Neural word embedding as implicit matrix
factorization, 2014; the chance of the second is smoothed as in their later work of 2015).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.linalg import svds

_REACH = 5  #: words to either side that count as near; the nearer, the more
_SMOOTH = 0.75
_SPREAD = 0.3  #: of the numbers of all vectors


def known_words(sentences: Iterable[Sequence[str]], least: int) -> list[str]:
    """Return the words that stand in so many of *sentences*; before them, for any other, none."""
    often = Counter(chain.from_iterable(map(set, sentences)))
    return ["", *sorted(word for word, count in often.items() if count >= least and word)]


def vectors(
    sentences: Sequence[npt.NDArray[np.int64]], count: int, width: int
) -> npt.NDArray[np.float32]:
    """Return a row for each of *count* words, learnt from *sentences*, in which 0 is unknown."""
    words = np.concatenate(sentences)
    sentence = np.repeat(np.arange(len(sentences)), [len(one) for one in sentences])
    near = sp.csr_matrix((count, count), dtype=np.float32)
    for step in range(1, _REACH + 1):
        one, other = words[:-step], words[step:]
        both = (sentence[:-step] == sentence[step:]) & (one > 0) & (other > 0)
        weights = np.full(int(both.sum()), 1 / step, np.float32)
        near = near + sp.csr_matrix((weights, (one[both], other[both])), shape=near.shape)
    near = (near + near.T).tocoo()
    often = np.asarray(near.tocsr().sum(axis=1)).ravel() + 1e-9
    smooth = often**_SMOOTH
    more = np.log(near.data * smooth.sum() / (often[near.row] * smooth[near.col]))
    kept = more > 0
    positive = sp.csr_matrix((more[kept], (near.row[kept], near.col[kept])), shape=near.shape)
    width_found = min(width, count - 2)
    left, strength, _ = svds(positive.astype(np.float64), k=width_found, v0=np.ones(count))
    found = np.zeros((count, width))
    found[:, :width_found] = left * np.sqrt(strength)
    return (found / max(1e-9, found.std()) * _SPREAD).astype(np.float32)
