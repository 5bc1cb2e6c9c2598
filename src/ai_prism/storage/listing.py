"""Which of one's reviews a list shows, and in what order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import msgspec
import sqlalchemy as sa

from ai_prism.core.decoding import prepared
from ai_prism.core.errors import PrismError
from ai_prism.storage.tables import IS_DISCARDED, reviews


class InvalidSort(PrismError):
    """The list is to be sorted by what it knows nothing of."""

    code = "invalid_sort"
    advice = "Sort by newest, name or risk."


class Sort(StrEnum):
    """What comes first; where that is the same, the newest."""

    NEWEST = "newest"
    NAME = "name"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for among their reviews."""

    words: str = ""  #: each of them is in the name of the document
    sort: Sort = Sort.NEWEST

    @classmethod
    def of(cls, words: str, sort: str) -> Self:
        """Return the question in words that somebody sent.

        Raises:
            InvalidSort: *sort* is no word for an order.
        """
        try:
            return cls(words.strip(), Sort(sort or Sort.NEWEST))
        except ValueError:
            raise InvalidSort("Reviews cannot be sorted by that.") from None


def asked_for(
    connection: sa.Connection, owner: str, question: Question, limit: int
) -> tuple[str, ...]:
    """Return the ids of at most *limit* reviews of *owner* that suit, in their order.

    Names are compared here and not by the database: SQLite knows only the capitals of English.
    """
    outcome = reviews.c.outcome if question.sort is Sort.RISK else sa.null().label("outcome")
    mine = sa.and_(reviews.c.owner == owner, ~IS_DISCARDED)
    own = sa.select(reviews.c.id, reviews.c.name, outcome).where(mine)
    newest = own.order_by(reviews.c.created_at.desc())
    if question == Question():
        newest = newest.limit(limit)
    wanted = question.words.casefold().split()
    rows = [
        row
        for row in connection.execute(newest)
        if all(word in row.name.casefold() for word in wanted)
    ]
    if question.sort is Sort.NAME:
        rows.sort(key=lambda row: row.name.casefold())
    elif question.sort is Sort.RISK:
        rows.sort(key=lambda row: -_score(row.outcome))
    return tuple(row.id for row in rows[:limit])


class _Score(msgspec.Struct):
    score: int


class _Scored(msgspec.Struct):
    risk: _Score


def _score(outcome: str | None) -> int:
    """Return the risk of a review; what has none yet comes after all that have."""
    return msgspec.json.decode(outcome, type=prepared(_Scored)).risk.score if outcome else -1
