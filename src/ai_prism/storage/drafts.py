"""Drafts of one document: which comes before which, and what a review keeps of the comparison."""

from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from ai_prism.core.decoding import prepared
from ai_prism.core.drafts import recounted
from ai_prism.core.errors import PrismError
from ai_prism.core.model import Baseline, Comparison, Decision, Finding, Party, Review
from ai_prism.storage.database import Database
from ai_prism.storage.tables import IS_DISCARDED, State, comparisons, findings, reviews

_LONGEST_ID: Final = 36


class UnknownPrevious(PrismError):
    """The earlier draft that is named is no review, or it is somebody else's."""

    code = "unknown_previous"
    advice = "Look through your reviews; leave `previous` out to review the document by itself."


class PreviousNotReady(PrismError):
    """The earlier draft's review has not ended in a success."""

    code = "previous_not_ready"
    advice = "Wait until it is done, or run it again."


class Previous(msgspec.Struct, frozen=True, kw_only=True):
    """The review of the draft before a new one."""

    id: str
    first_draft: str  #: the review of the first of all its drafts
    playbook: str  #: as it was asked for
    party: Party


def previous(database: Database, review_id: str, owner: str) -> Previous:
    """Return the review that a new draft of its document is to be compared with.

    Raises:
        UnknownPrevious: *owner* has no such review.
        PreviousNotReady: it is not done, failed or was cancelled.
    """
    # An id that is longer, or holds a NUL, is none; PostgreSQL would not even look for it.
    is_id = len(review_id) <= _LONGEST_ID and review_id.isprintable()
    mine = sa.and_(reviews.c.owner == owner, ~IS_DISCARDED)
    own = sa.select(reviews).where(reviews.c.id == review_id, mine)
    with database.reading() as connection:
        row = connection.execute(own).mappings().one_or_none() if is_id else None
    if row is None:
        raise UnknownPrevious("There is no such review of an earlier draft.")
    if row["state"] != State.SUCCESS:
        raise PreviousNotReady("The review of the earlier draft is not done.")
    return Previous(
        id=review_id,
        first_draft=row["first_draft"] or review_id,
        playbook=row["playbook"],
        party=Party(row["party"]),
    )


def keep(connection: sa.Connection, row: sa.RowMapping, review: Review) -> None:
    """Write down how *review*, whose row is *row*, stands to the draft before.

    What somebody has decided meanwhile stays. The comparison quotes the earlier draft, and is
    deleted with it; if that is gone already, none is kept.
    """
    if review.comparison is None or row["previous"] is None:
        return
    unchanged = [f for f in review.findings if f.baseline is Baseline.UNCHANGED]
    for finding in unchanged:
        _carry(connection, row, finding)
    kept = sa.insert(comparisons).values(
        review_id=row["id"],
        previous_id=row["previous"],
        body=msgspec.json.encode(review.comparison).decode(),
    )
    try:
        with connection.begin_nested():
            connection.execute(sa.delete(comparisons).where(comparisons.c.review_id == row["id"]))
            connection.execute(kept)
    except sa.exc.IntegrityError:
        return  # the earlier draft was deleted while this one was analysed


def _carry(connection: sa.Connection, row: sa.RowMapping, finding: Finding) -> None:
    here = sa.and_(findings.c.review_id == row["id"], findings.c.id == finding.id)
    known = {"baseline": finding.baseline, "version": row["version"]}
    connection.execute(sa.update(findings).where(here).values(known))
    if finding.decision is not Decision.OPEN and finding.decided_at:
        said = {
            "decision": finding.decision,
            "reason": finding.reason,
            "suggestion": finding.suggestion,
            "decided_at": datetime.fromisoformat(finding.decided_at).timestamp(),
            "carried": True,
        }
        undecided = findings.c.decided_at.is_(None)
        connection.execute(sa.update(findings).where(here, undecided).values(said))


def comparison_of(
    connection: sa.Connection, review_id: str, found: tuple[Finding, ...]
) -> Comparison | None:
    """Return how a review with the findings *found* stands to the draft before, if it does."""
    is_there = sa.and_(reviews.c.id == comparisons.c.previous_id, ~IS_DISCARDED)
    body = connection.scalar(
        sa.select(comparisons.c.body)
        .join(reviews, is_there)
        .where(comparisons.c.review_id == review_id)
    )
    if body is None:
        return None
    return recounted(msgspec.json.decode(body, type=prepared(Comparison)), found)
