"""Counts that only grow: what has happened, written in the transaction in which it happens.

Rows of reviews are deleted one day, and a retry takes a failure back; a count made from them would
fall, which whoever draws curves from it takes for a restart.
"""

import math
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ai_prism.core.model import Review
from ai_prism.storage.tables import State, tallies


class Tally(StrEnum):
    """What is counted."""

    UPLOADS = "uploads"
    UPLOAD_BYTES = "upload_bytes"
    ENDED = "ended"  #: by state
    FAILED = "failed"  #: by code
    FINDINGS = "findings"  #: by severity
    PAGES = "pages"
    WORDS = "words"
    TOKENS = "tokens"  #: in and out, as the models' servers count them
    DOLLARS = "dollars"  #: for them, as far as prices are known
    STAGE_SECONDS = "stage_seconds"  #: by stage
    STAGES = "stages"  #: how often each was gone through
    REVIEW_SECONDS = "review_seconds"
    REVIEW_BUCKETS = "review_buckets"  #: by the upper bound it fell under
    WAITING_SECONDS = "waiting_seconds"
    WAITING_BUCKETS = "waiting_buckets"


#: Upper bounds, in seconds, of what a review and the waiting before it are sorted by.
BOUNDS: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, math.inf)

#: More than this many processes that write at the same moment wait for each other at times.
_LANES: Final = 8

_INSERT: Final[Mapping[str, Callable[..., Any]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

_Amounts = dict[tuple[Tally, str], float]


def uploaded(connection: sa.Connection, size_bytes: int) -> None:
    """Count a document that is kept and queued."""
    _add(connection, {(Tally.UPLOADS, ""): 1, (Tally.UPLOAD_BYTES, ""): size_bytes})


def ended(connection: sa.Connection, row: sa.RowMapping, review: Review | None = None) -> None:
    """Count a review that has come to the end that its *row* tells; with *review* if it is whole.

    To be called once for each end, last in the transaction that writes it.
    """
    amounts: _Amounts = {(Tally.ENDED, row["state"]): 1}
    if row["state"] == State.FAILURE:
        amounts[Tally.FAILED, row["error_code"]] = 1
    begun, queued, done = row["started_at"], row["queued_at"], row["finished_at"]
    # One that is cancelled while it waits has not begun, or not since it was queued again.
    if begun and done and begun >= queued:
        amounts |= _sorted_in(Tally.WAITING_SECONDS, Tally.WAITING_BUCKETS, begun - queued)
        amounts |= _sorted_in(Tally.REVIEW_SECONDS, Tally.REVIEW_BUCKETS, max(0.0, done - begun))
    if review is not None:
        amounts |= _of(review)
    _add(connection, amounts)


def totals(connection: sa.Connection) -> dict[Tally, dict[str, float]]:
    """Return all that was counted: the amount of each label of each tally, if there is one."""
    found: dict[Tally, dict[str, float]] = {tally: {} for tally in Tally}
    added_up = sa.select(tallies.c.name, tallies.c.label, sa.func.sum(tallies.c.amount)).group_by(
        tallies.c.name, tallies.c.label
    )
    for name, label, amount in connection.execute(added_up):
        found[Tally(name)][label] = amount
    return found


def _of(review: Review) -> _Amounts:
    severities = Counter(finding.severity for finding in review.findings)
    seconds, sent = review.receipt.seconds, review.receipt.sent
    return {
        (Tally.PAGES, ""): review.document.pages or 0,
        (Tally.WORDS, ""): review.document.words,
        (Tally.TOKENS, "in"): sum(each.tokens_in for each in sent),
        (Tally.TOKENS, "out"): sum(each.tokens_out for each in sent),
        (Tally.DOLLARS, ""): sum(each.price or 0.0 for each in sent),
        **{(Tally.FINDINGS, severity): count for severity, count in severities.items()},
        **{(Tally.STAGE_SECONDS, stage): spent for stage, spent in seconds.items()},
        **{(Tally.STAGES, stage): 1 for stage in seconds},
    }


def _sorted_in(total: Tally, buckets: Tally, seconds: float) -> _Amounts:
    bound = BOUNDS[bisect_left(BOUNDS, seconds)]
    return {(total, ""): seconds, (buckets, str(bound)): 1}


def _add(connection: sa.Connection, amounts: _Amounts) -> None:
    insert = _INSERT[connection.dialect.name](tallies)
    more = insert.on_conflict_do_update(
        index_elements=list(tallies.primary_key),
        set_={"amount": tallies.c.amount + insert.excluded.amount},
    )
    # In one order for all, so that no two transactions wait for each other.
    rows = [
        {"name": name, "label": label, "lane": os.getpid() % _LANES, "amount": amount}
        for (name, label), amount in sorted(amounts.items())
    ]
    connection.execute(more, rows)
