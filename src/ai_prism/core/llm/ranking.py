"""Which parts of a document a question is about: those that share its telling words, BM25.

A model takes in some pages at a time. Of a longer document it is shown the parts that rank first,
by the words of the question: one that few parts have counts more than one that all have, and a part
is not the better for being long. See Robertson and Zaragoza, The Probabilistic Relevance Framework:
BM25 and Beyond, 2009, https://doi.org/10.1561/1500000019.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from ai_prism.core.llm import Passage

#: What is shown at once: some eight printed pages, which small models take in, too.
MOST_CHARACTERS: Final = 24_000
#: How soon more of the same word tells nothing new, and how much a long part is held to be padded:
#: the values that the method's authors found to do well everywhere.
_SATURATION: Final = 1.2
_LENGTH: Final = 0.75
_WORD: Final = re.compile(r"[^\W_]+")
#: Words are the same when they begin so: "deadline" and "deadlines", "Kündigung" and "kündigt" not.
#: Cutting is the plainest stemming, and does nearly as well in the languages of Europe as rules for
#: each: McNamee and Mayfield, Character N-Gram Tokenization, 2004.
_STEM: Final = 6


def chosen(
    parts: Sequence[Passage], question: str, most: int = MOST_CHARACTERS
) -> tuple[Passage, ...]:
    """Return of *parts* those to show for *question*, in reading order: all, if they fit.

    Of those that do not fit the best are taken, as many as make *most* characters; where no word of
    the question is in any, the first ones.
    """
    if sum(len(part.text) for part in parts) <= most:
        return tuple(parts)
    scores = _scores(
        [Counter(_stems(" ".join((*part.path, part.text)))) for part in parts], question
    )
    taken, left = [], most
    for place in sorted(range(len(parts)), key=lambda place: (-scores[place], place)):
        if len(parts[place].text) <= left and (scores[place] > 0 or not any(scores)):
            taken.append(place)
            left -= len(parts[place].text)
    return tuple(parts[place] for place in sorted(taken))


def _scores(words_of: Sequence[Counter[str]], question: str) -> list[float]:
    usual = sum(words.total() for words in words_of) / len(words_of)
    weights = {}
    for stem in set(_stems(question)):
        having = sum(stem in words for words in words_of)
        weights[stem] = math.log(1 + (len(words_of) - having + 0.5) / (having + 0.5))

    def score(words: Counter[str]) -> float:
        length = _SATURATION * (1 - _LENGTH + _LENGTH * words.total() / usual)
        return sum(
            weight * words[stem] * (_SATURATION + 1) / (words[stem] + length)
            for stem, weight in weights.items()
        )

    return [score(words) for words in words_of]


def _stems(text: str) -> list[str]:
    return [word[:_STEM] for word in _WORD.findall(text.casefold())]
