"""One quantity with two values: "the retention period is 30 days", and later 90."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Final

import msgspec

from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

_VALUE: Final = (
    r"(?P<value>(?P<currency>[$€£])?\s?(?P<number>\d[\d,. ]{0,14}\d|\d)"
    r"\s{0,2}-?(?P<unit>%|per\s?cent|(?:(?:business|working) )?(?:days?|hours?|minutes?|mins?"
    r"|seconds?|weeks?|months?|years?)|ms"
    r"|[KMGT]i?B|users|customers|euros?|dollars|(?:million|thousand|billion))?)"
)
_BETWEEN: Final = (
    r"(?:\s\([^()\n]{1,30}\))?[\s:|]{1,3}"
    r"(?:(?:is|was|are|were|of|shall be|will be|must be|has been|amounts? to|:|=|set to|now|at|for"
    r"|fixed|limited to|the|a)\s{1,2}){0,3}"
)
#: "Terminate on 30 days' written notice": the value stands before the quantity.
_NOTICE: Final = re.compile(
    r"(?i)(?P<value>(?P<currency>(?!))?(?:\w{1,12}\s\()?(?P<number>\d{1,3})\)?\s"
    r"(?:calendar |business )?(?P<unit>days?|weeks?|months?)['’]?)\s"
    r"(?:(?:prior|advance|written)\s){0,3}(?P<quantity>notice)\b"
)
_ENDS: Final = re.compile(r"(?i)\b(?:terminat|cancel)")
#: Ending for cause, or at the end of a term, has a notice of its own.
_ENDS_OTHERWISE: Final = re.compile(
    r"(?i)\b(?:breach|cure|default|fail|insolven|renew|if|unless|except|trial|order|invoice)"
)
#: Words in front that make it another quantity: "the average budget", "a maximum timeout".
_OTHER: Final = re.compile(
    r"(?i)\b(?:average|mean|median|minimum|maximum|max|min|new|old|previous|former|current|initial"
    r"|original|default|estimated|expected|target|planned|actual|first|second|last|per|for|each|if"
    r"|when|example|monthly|annual|yearly|daily|per)\b"
)
_BEFORE: Final = 45


class Rule(BaseRule, frozen=True, kw_only=True):
    """Flags `quantities` that are given two values in the same unit."""

    evidence_names = ("quantity", "first", "second")

    quantities: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    #: Whether "30 days' notice" to terminate is a quantity, too.
    notices: bool = False


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each quantity that contradicts itself."""
    stated: dict[tuple[str, str], list[tuple[str, Span, str]]] = {}
    text = subject.document.text
    for match in _matches(rule, subject):
        sentence = subject.sentence_at(match.start())
        before = text[max(sentence[0], match.start() - _BEFORE) : match.start()]
        if _OTHER.search(before) or not _may_differ(match, text[match.end() : match.end() + 40]):
            continue
        key = (" ".join(match["quantity"].lower().split()), _unit(match))
        stated.setdefault(key, []).append(
            (_number(match["number"]), match.span("value"), match["value"].strip())
        )
    for (quantity, _), values in stated.items():
        first = values[0]
        other = next((value for value in values if value[0] != first[0]), None)
        if other:
            yield rule.finding(
                subject,
                [other[1]],
                related=[first[1]],
                quantity=f"The {quantity}",
                first=first[2],
                second=other[2],
            )


def _matches(rule: Rule, subject: Subject) -> Iterator[re.Match[str]]:
    pattern = _pattern(rule.quantities)
    text = subject.document.text
    for start, end in subject.lines:
        for match in (*pattern.finditer(text, start, end), *_notices(rule, subject, start, end)):
            if not subject.is_code(*match.span()) and not subject.is_quoted(*match.span()):
                yield match


def _notices(rule: Rule, subject: Subject, start: int, end: int) -> Iterator[re.Match[str]]:
    """Return the periods of notice at will: those for cause differ with good reason."""
    if not rule.notices:
        return
    for match in _NOTICE.finditer(subject.document.text, start, end):
        sentence = subject.document.text[slice(*subject.sentence_at(match.start()))]
        if _ENDS.search(sentence) and not _ENDS_OTHERWISE.search(sentence):
            yield match


@lru_cache(maxsize=100)
def _pattern(quantities: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(
        r"\s{1,3}".join(re.escape(word) for word in quantity.split())
        for quantity in sorted(quantities, key=len, reverse=True)
    )
    return re.compile(rf"(?i)\b(?P<quantity>{names})\b{_BETWEEN}{_VALUE}(?![\w])")


def _may_differ(match: re.Match[str], after: str) -> bool:
    """Return whether two such values contradict each other: not "30 days for logs"."""
    return not re.match(r"(?i)\s?(?:for|in(?!\swriting)|if|when|where|per|and|to|or|[-–])\s", after)


def _unit(match: re.Match[str]) -> str:
    unit = (match["unit"] or match["currency"] or "").lower().strip()
    return unit.removesuffix("s") if len(unit) > 2 else unit


def _number(words: str) -> str:
    return re.sub(r"[,.\s]$|[, ](?=\d{3})", "", words)
