"""Words of a text as the clause models count them: spelt one way, each with its place.

The same code reads the labelled data when models are trained and documents when they are reviewed.
Punctuation is left out, because some of the labelled data writes it apart and in other marks.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

#: "don't" is "do n't" and "cannot" is "can not", as in text that was taken apart by a tokeniser.
_WORD: Final = re.compile(r"\w{1,60}?(?=n['’]t\b)|n['’]t\b|can(?=not\b)|\w+", re.IGNORECASE)
_DIGIT: Final = re.compile(r"\d")
#: Of longer segments only the beginning is looked at, and of longer words too.
MOST_WORDS: Final = 1200
_LONGEST_WORD: Final = 40
_MOST_CHARACTERS: Final = 12_000


def tokens_of(text: str, start: int, end: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Return the words of *text* from *start* to *end*, and where each of them stands."""
    words: list[str] = []
    places: list[tuple[int, int]] = []
    for match in _WORD.finditer(text, start, min(end, start + _MOST_CHARACTERS)):
        words.append(spelt(match[0]))
        places.append(match.span())
        if len(words) == MOST_WORDS:
            break
    return words, places


@lru_cache(maxsize=20_000)
def spelt(word: str) -> str:
    """Return *word* in small letters, compatible forms unified, every digit a zero."""
    plain = unicodedata.normalize("NFKC", word[:_LONGEST_WORD]).casefold().replace("’", "'")
    return _DIGIT.sub("0", plain)[:_LONGEST_WORD]


def word_grams(words: list[str]) -> list[str]:
    """Return the words and each two and three in a row, joined by spaces."""
    pairs = list(map(" ".join, pairwise(words)))
    threes = list(map(" ".join, zip(words, words[1:], words[2:], strict=False)))
    return [*words, *pairs, *threes]


def letter_grams(word: str) -> list[str]:
    """Return two to five letters in a row of *word*, whose ends are marked."""
    marked = f"<{word}>"
    return [marked[i : i + n] for n in (2, 3, 4, 5) for i in range(len(marked) - n + 1)]
