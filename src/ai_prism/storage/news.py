"""What an analysis has brought since the last commit, and how it is written.

Whoever writes holds the review, and asks so in the same transaction: see `work`.
"""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from ai_prism.core.model import Baseline, Decision, Document, Finding, Section
from ai_prism.core.progress import Stage
from ai_prism.storage.tables import documents, findings, sections


class News(msgspec.Struct, kw_only=True):
    """What is to be written with the next commit."""

    stage: Stage = Stage.READING
    done: int = 0
    total: int = 0
    document: Document | None = None
    sections: tuple[Section, ...] = ()
    findings: tuple[Finding, ...] = ()

    @classmethod
    def after(cls, written: "News") -> "News":
        """Return the news that begin where *written* ended: nothing new yet."""
        return cls(stage=written.stage, done=written.done, total=written.total)

    def and_then(self, later: "News") -> "News":
        """Return these news and *later* as one."""
        return News(
            stage=later.stage,
            done=later.done,
            total=later.total,
            document=later.document or self.document,
            sections=later.sections or self.sections,
            findings=self.findings + later.findings,
        )


def write(
    connection: sa.Connection, review_id: str, version: int, news: News
) -> tuple[Finding, ...]:
    """Write *news* and return those of its findings that were not there yet."""
    if news.document:
        connection.execute(sa.delete(documents).where(documents.c.review_id == review_id))
        body = msgspec.json.encode(news.document).decode()
        connection.execute(sa.insert(documents).values(review_id=review_id, body=body))
    if news.sections:
        connection.execute(sa.delete(sections).where(sections.c.review_id == review_id))
        connection.execute(
            sa.insert(sections),
            [
                {
                    "review_id": review_id,
                    "position": position,
                    "version": version,
                    "body": msgspec.json.encode(section).decode(),
                }
                for position, section in enumerate(news.sections)
            ],
        )
    return _add_findings(connection, review_id, version, news.findings)


def _add_findings(
    connection: sa.Connection, review_id: str, version: int, found: Iterable[Finding]
) -> tuple[Finding, ...]:
    """Add those of *found* that an earlier commit, or an earlier attempt, has not brought."""
    here = sa.select(findings.c.id).where(findings.c.review_id == review_id)
    known = set(connection.scalars(here))
    new = {finding.id: finding for finding in found if finding.id not in known}
    insert(connection, review_id, version, new.values())
    return tuple(new.values())


def insert(
    connection: sa.Connection, review_id: str, version: int, found: Iterable[Finding]
) -> None:
    """Add *found* to the findings of a review; none of them is there yet."""
    rows = [
        {
            "review_id": review_id,
            "id": finding.id,
            "version": version,
            "severity": finding.severity,
            "place": finding.anchors[0].start if finding.anchors else 0,
            "body": msgspec.json.encode(_undecided(finding)).decode(),
        }
        for finding in found
    ]
    if rows:
        connection.execute(sa.insert(findings), rows)


def _undecided(finding: Finding) -> Finding:
    """Return *finding* as its rule made it: decisions and drafts stand in columns of their own."""
    return msgspec.structs.replace(
        finding,
        decision=Decision.OPEN,
        reason="",
        decided_at=None,
        carried=False,
        baseline=Baseline.NEW,
    )
