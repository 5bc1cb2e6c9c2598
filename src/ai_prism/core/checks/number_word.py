"""A number in words with another one in figures beside it: "thirty (60) days"."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import Finding
from ai_prism.core.number_words import NUMBER_WORDS, number_of
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

#: The figures are looked for first: they are rarer than words that may belong to a number.
_FIGURES: Final = re.compile(r"\((\d{1,3}(?:,\d{3}){1,4}|\d{1,12})(?:\s?%)?\)")
_WORDS: Final = re.compile(rf"(?<![\w-])({NUMBER_WORDS})\s{{0,3}}\Z", re.IGNORECASE)
#: "No one (2)" counts nobody: the figure belongs to a note or a list.
_PRONOUN: Final = re.compile(r"\b(?:no|any|some|every|each|which|this|that)\s\Z", re.IGNORECASE)
#: Nor does "the last one (44)" count one.
_ONE_OF_MANY: Final = re.compile(r"\b(?:first|last|latest|next|only|other)\s\Z", re.IGNORECASE)
_LONGEST: Final = 150


class Rule(BaseRule, frozen=True):
    """Flags figures in brackets that contradict the words before them."""

    evidence_names = ("words", "words_value", "figures")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each pair that disagrees."""
    for match, block in subject.matches(_FIGURES):
        first = max(block.start, match.start() - _LONGEST)
        words = _WORDS.search(match.string, first, match.start())
        said = number_of(words[1]) if words else None
        written = int(match[1].replace(",", ""))
        if not words or said is None or said == written or _is_year(written, said):
            continue
        if not _is_pronoun(match.string, first, words):
            yield rule.finding(
                subject,
                [(words.start(), match.end())],
                words=words[1],
                words_value=said,
                figures=match[1],
            )


def _is_pronoun(text: str, first: int, words: re.Match[str]) -> bool:
    before = text[first : words.start()]
    is_one_of_many = words[1].lower() == "one" and _ONE_OF_MANY.search(before)
    return bool(_PRONOUN.search(before) or is_one_of_many)


def _is_year(written: int, said: int) -> bool:
    """Return whether the brackets hold a year: "the first three (2024)"."""
    return 1900 <= written <= 2100 and said < 100
