"""Numbers as English words: "two hundred and fifty"."""

import re
from typing import Final

from ai_prism.core.word_lists import ordered

_UNITS: Final = ordered(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    "sixteen seventeen eighteen nineteen",
)
_TENS: Final = ordered("twenty thirty forty fifty sixty seventy eighty ninety")
_VALUES: Final = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
}
_SCALES: Final = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_WORD: Final = "|".join([*_VALUES, "hundred", *_SCALES])

#: A pattern for a number in words, as long as any that people write; use it without capitals.
NUMBER_WORDS: Final = rf"(?:(?:{_WORD}|and|a)[-\s]{{1,3}}){{0,12}}(?:{_WORD})"


def number_of(words: str) -> int | None:
    """Return the number that English *words* spell, or None when they spell none."""
    total = group = 0
    parts = [part for part in re.split(r"[-\s]+", words.lower()) if part not in ("and", "a")]
    for part in parts:
        if part in _SCALES:
            total += max(1, group) * _SCALES[part]
            group = 0
        elif part == "hundred":
            group = max(1, group) * 100
        elif part in _VALUES:
            group += _VALUES[part]
        else:
            return None
    return total + group if parts else None
