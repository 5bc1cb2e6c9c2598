"""A number in words with another one in figures beside it: "thirty (60) days"."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import Finding
from ai_prism.core.number_words import NUMBER_WORDS, number_of
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

_PAIR: Final = re.compile(
    rf"(?<![\w-])({NUMBER_WORDS})\s{{0,3}}\((\d{{1,3}}(?:,\d{{3}}){{1,4}}|\d{{1,12}})(?:\s?%)?\)",
    re.IGNORECASE,
)


class Rule(BaseRule, frozen=True):
    """Flags figures in brackets that contradict the words before them."""

    evidence_names = ("words", "words_value", "figures")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each pair that disagrees."""
    for match, _ in subject.matches(_PAIR):
        said = number_of(match[1])
        written = int(match[2].replace(",", ""))
        if said is not None and said != written and not _is_year(written, said):
            yield rule.finding(
                subject, [match.span()], words=match[1], words_value=said, figures=match[2]
            )


def _is_year(written: int, said: int) -> bool:
    """Return whether the brackets hold a year: "the first three (2024)"."""
    return 1900 <= written <= 2100 and said < 100
