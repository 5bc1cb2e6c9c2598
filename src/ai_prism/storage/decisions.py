"""What a person says of findings, and the findings of their own; the risk follows at once.

A decision stands in the row of its finding, which a running review, a retry and the final write
leave alone. Every change first takes the review's row, so that two at once come one after the
other, on both databases.
"""

import time
import uuid
from collections import defaultdict, deque
from collections.abc import Collection
from functools import lru_cache
from typing import Final

import msgspec
import sqlalchemy as sa

from ai_prism.core import playbook
from ai_prism.core.decoding import prepared
from ai_prism.core.errors import PrismError
from ai_prism.core.model import Decision, Document, Finding, FindingKind, Level, Review, Source
from ai_prism.core.risk import FindingsRisk, RiskWeights
from ai_prism.core.rules import anchor, fingerprint
from ai_prism.core.subject import Subject
from ai_prism.storage import drafts
from ai_prism.storage.database import Database
from ai_prism.storage.news import insert
from ai_prism.storage.reviews import NotPossible, UnknownReview
from ai_prism.storage.summaries import Outcome, finding_of, findings_of, outcome_of, sections_of
from ai_prism.storage.tables import IS_DISCARDED, documents, findings, reviews, sections

#: The rule of the findings that people add.
OWN_RULE: Final = "own-finding"
_OWN: Final = "own-"  # how the ids of these begin; those of rules are hexadecimal

#: More remarks of one's own than anybody writes; each costs work at every decision.
_OWN_FINDINGS: Final = 1_000


class UnknownFinding(PrismError):
    """The review has no such finding."""

    code = "unknown_finding"
    advice = "Load the page again: it shows the findings there are."


class WrongPlace(PrismError):
    """The document does not say at that place what is quoted from it."""

    code = "wrong_place"
    advice = "Offsets count code points of `document.text`; select the words again."


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says of a finding."""

    decision: Decision
    reason: str = ""
    suggestion: str | None = None  #: in the place of the rule's; None: that one


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """A finding of a person's own, about words of the document."""

    start: int
    end: int
    quote: str
    message: str
    title: str
    severity: Level
    suggestion: str


class Decisions:
    """Decides on the findings of reviews, and adds to them."""

    def __init__(self, database: Database) -> None:
        """Decide in *database*."""
        self._database = database

    def decide(self, review_id: str, owner: str, chosen: Collection[str], ruling: Ruling) -> int:
        """Say *ruling* of the findings with the ids *chosen*; return the review's new version.

        Raises:
            UnknownReview: *owner* has no such review.
            UnknownFinding: one of them is not in it; nothing was decided.
        """
        with self._database.writing() as connection:
            review = _next_version(connection, review_id, owner)
            if _say(connection, review, chosen, ruling) != len(set(chosen)):
                raise UnknownFinding("The review has no such finding.")
            _weigh_anew(connection, review)
        return int(review["version"])

    def decide_rule(self, review_id: str, owner: str, rule_id: str, ruling: Ruling) -> int:
        """Say *ruling* of all findings of a rule that are still open; return the new version.

        What was decided one by one stays as it is. To open the findings of a rule again opens all.

        Raises:
            UnknownReview: *owner* has no such review.
        """
        with self._database.writing() as connection:
            review = _next_version(connection, review_id, owner)
            if chosen := _of_rule(connection, review_id, rule_id, ruling.decision):
                _say(connection, review, chosen, ruling)
                _weigh_anew(connection, review)
        return int(review["version"])

    def add(self, review_id: str, owner: str, remark: Remark) -> Finding:
        """Return the finding that *remark* is from now on.

        Raises:
            UnknownReview: *owner* has no such review.
            NotPossible: its document has not been read yet, or there are too many already.
            WrongPlace: the document does not say there what *remark* quotes.
        """
        with self._database.writing() as connection:
            review = _next_version(connection, review_id, owner)
            own = sa.and_(findings.c.review_id == review_id, findings.c.id.startswith(_OWN))
            written = connection.scalar(sa.select(sa.func.count()).where(own)) or 0
            if written >= _OWN_FINDINGS:
                raise NotPossible(f"A review takes {_OWN_FINDINGS} findings of your own at most.")
            finding = _finding(remark, _subject(connection, review_id))
            insert(connection, review_id, review["version"], [finding])
            _weigh_anew(connection, review)
        return finding


def keep(connection: sa.Connection, review: sa.RowMapping, made: Review) -> None:
    """Lay what people have said over the end of the analysis that *made* a review.

    What only an earlier attempt found is removed. What was decided on it is said of the finding
    with the same fingerprint, if that one is undecided; of several with the same, each is the heir
    of one, in reading order. People's own findings stay. Where nothing was said of this draft, what
    was said of the one before holds.
    """
    own_review = findings.c.review_id == review["id"]
    in_order = sa.select(findings).where(own_review).order_by(findings.c.place, findings.c.id)
    rows = {row["id"]: row for row in connection.execute(in_order).mappings()}
    prints = {finding.id: finding.fingerprint for finding in made.findings}
    own = {identity for identity in rows if identity.startswith(_OWN)}
    heirs: defaultdict[str, deque[str]] = defaultdict(deque)
    for identity, row in rows.items():
        if identity in prints and row["decided_at"] is None:
            heirs[prints[identity]].append(identity)
    for identity, row in rows.items():
        if identity in prints or identity in own:
            continue
        waiting = heirs[finding_of(row).fingerprint]
        if waiting and row["decided_at"] is not None:
            _pass_on(connection, row, waiting.popleft(), review["version"])
        connection.execute(sa.delete(findings).where(own_review, findings.c.id == identity))
    drafts.keep(connection, review, made)
    decided = sa.or_(findings.c.decided_at.is_not(None), findings.c.id.in_(sorted(own)))
    if connection.scalar(sa.select(sa.func.count()).where(own_review, decided)):
        _weigh_anew(connection, review)


def _pass_on(connection: sa.Connection, row: sa.RowMapping, heir: str, version: int) -> None:
    said = {
        name: row[name] for name in ("decision", "reason", "suggestion", "decided_at", "carried")
    }
    place = sa.and_(findings.c.review_id == row["review_id"], findings.c.id == heir)
    connection.execute(sa.update(findings).where(place).values(version=version, **said))


def _next_version(connection: sa.Connection, review_id: str, owner: str) -> sa.RowMapping:
    """Take the review's row for this transaction and return it with a version of its own."""
    own = sa.and_(reviews.c.id == review_id, reviews.c.owner == owner, ~IS_DISCARDED)
    bump = sa.update(reviews).where(own).values(version=reviews.c.version + 1)
    row = connection.execute(bump.returning(reviews)).mappings().one_or_none()
    if row is None:
        raise UnknownReview("There is no such review.")
    return row


def _of_rule(
    connection: sa.Connection, review_id: str, rule_id: str, decision: Decision
) -> list[str]:
    """Return the ids of the findings of a rule that are not as *decision* leaves them."""
    undecided = findings.c.decided_at.is_(None)
    wanted = ~undecided if decision is Decision.OPEN else undecided
    rows = sa.select(findings).where(findings.c.review_id == review_id, wanted)
    found = (finding_of(row) for row in connection.execute(rows).mappings())
    return sorted(finding.id for finding in found if finding.rule_id == rule_id)


def _say(
    connection: sa.Connection, review: sa.RowMapping, chosen: Collection[str], ruling: Ruling
) -> int:
    """Write *ruling* down and return of how many findings."""
    is_open = ruling.decision is Decision.OPEN
    saying = (
        sa.update(findings)
        .where(findings.c.review_id == review["id"], findings.c.id.in_(sorted(chosen)))
        .values(
            version=review["version"],
            decision=ruling.decision,
            reason=None if is_open else ruling.reason,
            suggestion=None if is_open else ruling.suggestion,
            decided_at=None if is_open else time.time(),
            carried=False,
        )
    )
    return connection.execute(saying).rowcount


def _subject(connection: sa.Connection, review_id: str) -> Subject:
    body = connection.scalar(sa.select(documents.c.body).where(documents.c.review_id == review_id))
    if body is None:
        raise NotPossible("The document has not been read yet.")
    document = msgspec.json.decode(body, type=prepared(Document))
    return Subject(document, sections_of(connection, review_id))


def _finding(remark: Remark, subject: Subject) -> Finding:
    """Return *remark* as a finding, its words looked up in the document.

    White space may differ: a page does not show all there is between two paragraphs.
    """
    there = subject.document.text[remark.start : remark.end]
    is_there = 0 <= remark.start < remark.end <= len(subject.document.text)
    if not is_there or not there.strip() or there.split() != remark.quote.split():
        raise WrongPlace("The document does not say this at that place.")
    section = subject.section_at(remark.start)
    return Finding(
        id=f"{_OWN}{uuid.uuid4().hex[:12]}",
        fingerprint=fingerprint(OWN_RULE, there, section.title if section else ""),
        rule_id=OWN_RULE,
        rule_version=1,
        kind=FindingKind.PROBLEM,
        category="own",
        severity=remark.severity,
        confidence=1.0,
        title=remark.title,
        message=remark.message,
        why="A person who read the document remarked on it.",
        suggestion=remark.suggestion,
        section_id=section.id if section else None,
        anchors=(anchor(subject, remark.start, remark.end),),
        source=Source(engine="person", name="reader"),
    )


def _weigh_anew(connection: sa.Connection, review: sa.RowMapping) -> None:
    """Write what the risk is after what was decided; before the end of a review there is none."""
    review_id, outcome = review["id"], outcome_of(review)
    if outcome is None:
        return
    subject = _subject(connection, review_id)
    found = findings_of(connection, review_id)
    verdict = FindingsRisk().assess(subject, found, _weights(review["playbook"], outcome))
    changed = msgspec.structs.replace(outcome, risk=verdict.document)
    connection.execute(
        sa.update(reviews)
        .where(reviews.c.id == review_id)
        .values(outcome=msgspec.json.encode(changed).decode())
    )
    before_and_after = zip(subject.sections, verdict.sections, strict=True)
    for position, (before, after) in enumerate(before_and_after):
        if before != after:
            here = sa.and_(sections.c.review_id == review_id, sections.c.position == position)
            body = msgspec.json.encode(after).decode()
            connection.execute(sa.update(sections).where(here).values(body=body))


def _weights(kept: str, outcome: Outcome) -> RiskWeights:
    return _weights_of(kept or outcome.playbook.name)


@lru_cache(maxsize=64)
def _weights_of(kept: str) -> RiskWeights:
    """Return how the playbook *kept* weighs; as a general one when this version lacks it."""
    try:
        return playbook.own_or_built_in(kept).risk
    except PrismError:
        return RiskWeights()
