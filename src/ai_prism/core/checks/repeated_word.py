"""A word that stands there twice: "the the"."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject
from ai_prism.core.word_lists import words

_TWICE: Final = re.compile(r"(?<![\w'’.-])([^\W\d_]{1,30})\s{1,20}(\1)(?![\w'’-])", re.IGNORECASE)
#: Small words that a slip of the keyboard doubles, and that are hardly ever doubled on purpose.
_SMALL: Final = words(
    "a an and any are as at be been but by can could do for from has have he her his if in into is",
    "it its may more must my not of on or our shall she should than the their then there these",
    "they this to was we were what when where which who will with would you your",
)
#: "had had", "that that" are grammar; "very very" is emphasis; "long long" is a type.
_ON_PURPOSE: Final = words(
    "again blah bora had ha long many much never no over really same so that very well win"
)


class Rule(BaseRule, frozen=True):
    """Flags doubled words and offers to take the second one out."""

    evidence_names = ("word",)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each doubled word."""
    for match, _ in subject.matches(_TWICE):
        word = match[1].lower()
        is_slip = word in _SMALL or (len(word) > 3 and word not in _ON_PURPOSE)
        if not is_slip or not match[2].islower() or subject.is_quoted(*match.span()):
            continue
        yield rule.finding(
            subject,
            [match.span()],
            fixes=[(*match.span(), match[1])],
            word=match[1],
        )
