"""A total in a table that is not the sum of the rows above it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from ai_prism.core.model import Block, Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject
from ai_prism.core.tables import Table, tables_of

_TOTAL: Final = re.compile(
    r"(?:grand |over-?all |sub-?|total |sum |net )?(?:total|sum|totals)(?: [\w()/%-]{1,20}){0,3}:?",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"(?:[€$£¥]|EUR|USD|GBP|CHF)?\s{0,2}([-+−]?)(\d{1,3}(?:([,.'’  ])\d{3}(?!\d))"
    r"(?:\3\d{3}(?!\d)){0,4}|\d{1,15})(?:([.,])(\d{1,4}))?\s{0,2}"
    r"(?:[€$£¥%]|EUR|USD|GBP|CHF|h|hours|days|people|pcs)?"
)
_THOUSANDS: Final = re.compile(r"[.,](?=\d{3}(?!\d))")
_BLANK: Final = re.compile(r"[-–—./]{0,3}|n/?a", re.IGNORECASE)
#: What cannot be added up: adding unit prices or years says nothing.
_NOT_ADDED: Final = re.compile(
    r"\b(?:rate|average|avg|mean|median|year|id|no\.?|number|#|rank|ratio|per|each|unit|price|score"
    r"|index|max|min|percentile|date|time|version|page)\b|%",
    re.IGNORECASE,
)
_FEWEST_ROWS: Final = 2

_Amount: TypeAlias = tuple[Decimal, Block]


class Rule(BaseRule, frozen=True):
    """Flags totals that neither all rows above nor those since the last subtotal add up to."""

    evidence_names = ("column", "stated", "computed", "difference")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each total that does not add up."""
    for table in tables_of(subject):
        totals = [row for row in table.rows if _is_total(row, subject)]
        for column in sorted({column for row in totals for column in row if column}):
            if not _NOT_ADDED.search(table.headers.get(column, "")):
                yield from _check_column(rule, subject, table, column)


def _check_column(rule: Rule, subject: Subject, table: Table, column: int) -> Iterator[Finding]:
    rows: list[_Amount] = []
    since_subtotal: list[_Amount] = []
    for is_total, amount, cell in _amounts(subject, table, column):
        if not is_total:
            rows.append((amount, cell))
            since_subtotal.append((amount, cell))
            continue
        sums = [sum((a for a, _ in part), Decimal()) for part in (rows, since_subtotal)]
        if len(since_subtotal) >= _FEWEST_ROWS and not any(_same(amount, s, rows) for s in sums):
            yield _finding(rule, subject, table, column, (amount, cell), since_subtotal)
        since_subtotal = []


def _amounts(subject: Subject, table: Table, column: int) -> list[tuple[bool, Decimal, Block]]:
    """Return the numbers of a column and which are totals; none if one cell is no number."""
    cells = [
        (_is_total(row, subject), subject.document.text_of(row[column]).strip(), row[column])
        for row in table.rows
        if column in row
    ]
    cells = [cell for cell in cells if not _BLANK.fullmatch(cell[1])]
    amounts = [(is_total, _amount(words), block) for is_total, words, block in cells]
    if _is_ambiguous([words for _, words, _ in cells]):
        return []
    known = [(is_total, n, block) for is_total, n, block in amounts if n is not None]
    return known if len(known) == len(amounts) else []


def _is_ambiguous(cells: list[str]) -> bool:
    """Return whether the same mark is used as for thousands and as for decimals: 3.125 and 2.5."""
    marks = {match[0] for words in cells if (match := _THOUSANDS.search(words))}
    return any(
        re.search(rf"{re.escape(mark)}\d{{1,2}}(?!\d)", words) for mark in marks for words in cells
    )


def _is_total(row: dict[int, Block], subject: Subject) -> bool:
    first = row.get(min(row))
    return bool(first and _TOTAL.fullmatch(subject.document.text_of(first).strip(" *")))


def _same(stated: Decimal, computed: Decimal, rows: list[_Amount]) -> bool:
    """Return whether both are equal but for the rounding of each row."""
    exponent = min((int(a.as_tuple().exponent) for a, _ in rows), default=0)
    places = min(exponent, int(stated.as_tuple().exponent))
    is_whole = all(a == a.to_integral_value() for a, _ in rows)
    rounding = Decimal(0) if is_whole else Decimal(len(rows)) * Decimal(10) ** places / 2
    return abs(stated - computed) <= rounding


def _finding(
    rule: Rule,
    subject: Subject,
    table: Table,
    column: int,
    total: _Amount,
    rows: list[_Amount],
) -> Finding:
    stated, cell = total
    computed = sum((amount for amount, _ in rows), Decimal())
    return rule.finding(
        subject,
        [(cell.start, cell.end)],
        related=[(block.start, block.end) for _, block in rows],
        column=table.headers.get(column) or f"column {column + 1}",
        stated=subject.document.text_of(cell),
        computed=f"{computed:,}",
        difference=f"{abs(stated - computed):,}",
    )


def _amount(words: str) -> Decimal | None:
    """Return the number that a cell holds and nothing else; "1.240" is read as a thousand."""
    match = _NUMBER.fullmatch(words.strip(" *"))
    if match is None or (match[3] and match[3] == match[4]):
        return None
    whole = re.sub(r"\D", "", match[2])
    number = Decimal(f"{whole}.{match[5]}" if match[5] else whole)
    return -number if match[1] in ("-", "−") else number
