"""A period that ends before it begins."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from ai_prism.core.dates import WrittenDate, dates_in
from ai_prism.core.model import Block, Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

_FROM: Final = re.compile(
    r"(?i)\b(?:from|between|begin(?:s|ning)?(?: on)?|starts?(?:ing)?(?: on)?"
    r"|effective(?: from| on)?)\s(?:\w{3,9},?\s)?\Z"
)
_TO: Final = re.compile(
    r"(?i)\s?(?:to|until|till|through|and(?: ends?(?: on)?)?|[-–—])\s(?:\w{3,9},?\s)?"
)
_BEGIN: Final = re.compile(
    r"(?i)\b(?:start|begin|beginning|commencement|effective|opening)\s?(?:date|day|time)?\s?[:|]\s{0,3}\Z"
)
_END: Final = re.compile(
    r"(?i)\b(?:end|expiry|expiration|termination|closing|finish)\s?(?:date|day|time)?\s?[:|]\s{0,3}\Z"
)
_NEAR: Final = 200


class Rule(BaseRule, frozen=True):
    """Flags "from … to …" and labelled dates whose end comes first."""

    evidence_names = ("words", "begin", "end")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each period, at its end."""
    text = subject.document.text
    earlier: tuple[WrittenDate, Block] | None = None
    for written, block in dates_in(subject):
        before, earlier = earlier, (written, block)
        if not before or not before[0].day or not written.day or written.day >= before[0].day:
            continue
        if _is_period(text, *before, written, block):
            yield rule.finding(
                subject,
                [(written.start, written.end)],
                related=[(before[0].start, before[0].end)],
                words=" ".join(text[before[0].start : written.end].split())[:100],
                begin=_spelt(before[0].day),
                end=_spelt(written.day),
            )


def _is_period(text: str, one: WrittenDate, at: Block, other: WrittenDate, there: Block) -> bool:
    before = text[max(at.start, one.start - 30) : one.start]
    if at.start == there.start and _TO.fullmatch(text, one.end, other.start):
        return bool(_FROM.search(before))
    labels = (
        _BEGIN.search(text[max(0, one.start - 30) : one.start]),
        _END.search(text[max(0, other.start - 30) : other.start]),
    )
    return all(labels) and other.start - one.end <= _NEAR


def _spelt(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
