"""Shares that should make up the whole and do not."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject
from ai_prism.core.tables import Table, tables_of

_SHARE: Final = re.compile(
    r"(?i)\b(?:share|portion|proportion|weight|breakdown|split|allocation|% of (?:the )?total)"
)
_PERCENT: Final = re.compile(r"\s{0,5}(\d{1,3}(?:[.,]\d{1,2})?)\s?%?\s{0,5}")
_TOTAL: Final = re.compile(r"(?i)\W{0,3}(?:total|sum|all|overall|subtotal)\b")
#: Each rounded share may be half a point off.
_LEEWAY: Final = 1.0
_FEWEST: Final = 3


class Rule(BaseRule, frozen=True):
    """Flags a column of shares in per cent that adds up to something near 100, but not to it."""

    evidence_names = ("computed",)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each column of shares at fault."""
    for table in tables_of(subject):
        for column, header in table.headers.items():
            if not _SHARE.search(header):
                continue
            values = _shares(subject, table, column)
            total = round(sum(values.values()), 2)
            if len(values) >= _FEWEST and abs(total - 100) > _LEEWAY and 50 <= total <= 150:
                yield rule.finding(subject, [*values], computed=f"{total:g}")


def _shares(subject: Subject, table: Table, column: int) -> dict[tuple[int, int], float]:
    """Return the places and values of the shares; none where a cell cannot be read."""
    values: dict[tuple[int, int], float] = {}
    for row in table.rows:
        first = min(row)
        if column not in row or _TOTAL.match(subject.document.text_of(row[first])):
            continue
        match = _PERCENT.fullmatch(subject.document.text_of(row[column]))
        if match is None:
            return {}
        values[(row[column].start, row[column].end)] = float(match[1].replace(",", "."))
    return values
