"""What can be said of a document without the reviewer, in a form that can be put down and taken up.

Where a reviewer reads the sections in tasks of their own, the review waits meanwhile; document,
sections and findings are in the database, and the notes hold the rest.
"""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from ai_prism.core.model import Data, Document, Finding, Party, Problem, Section
from ai_prism.core.playbook import Playbook
from ai_prism.core.risk import clauses
from ai_prism.core.subject import Subject


class Notes(Data):
    """What an examination has found out beside the document, its sections and findings."""

    chosen: str  #: who chose the playbook: user | detected
    confidence: float  #: how sure that choice is
    problems: tuple[Problem, ...]
    rules: dict[str, int]  #: the versions of those that ran to their end
    rules_run: int
    started_at: datetime
    seconds: dict[str, float]  #: by stage


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was read and checked."""

    subject: Subject
    standard: Playbook
    findings: tuple[Finding, ...]  #: all that the rules said, unsure ones included
    notes: Notes


def subject_of(
    document: Document,
    sections: Sequence[Section],
    standard: Playbook,
    party: Party,
    read_on: date,
) -> Subject:
    """Return *document* as the checks of *standard* look at it."""
    return Subject(
        document,
        sections,
        party=party,
        clause_models=[model for kind in standard.clauses if (model := clauses.load(kind))],
        read_on=read_on,
    )
