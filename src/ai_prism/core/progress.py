"""What an analysis tells while it runs: how far it is, and what it has found so far."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, TypeAlias

from ai_prism.core.model import Data, Document, Finding, Section


class Stage(StrEnum):
    """The stages of a review, in their order."""

    READING = "reading"
    RECOGNISING = "recognising"  #: the words of pages that are pictures
    SECTIONS = "sections"
    CHECKS = "checks"
    REVIEWER = "reviewer"
    RISK = "risk"


class StageReached(Data):
    """*done* of *total* steps of a stage are behind us: pages, rules or sections."""

    stage: Stage
    done: int
    total: int


class DocumentRead(Data):
    """The document has been read."""

    document: Document


class SectionsFound(Data):
    """The outline is known; the sections carry no risk yet."""

    sections: tuple[Section, ...]


class FindingsFound(Data):
    """More findings; each is told once."""

    findings: tuple[Finding, ...]


Event: TypeAlias = StageReached | DocumentRead | SectionsFound | FindingsFound

#: Called with each event, in the thread of the analysis. What it raises ends the analysis: that is
#: how a review is cancelled.
Progress: TypeAlias = Callable[[Event], None]


class Pages(Protocol):
    """Told of each page that is done."""

    def __call__(self, done: int, total: int, stage: Stage = Stage.READING) -> None:
        """Take that *done* of *total* pages are behind us."""


def ignore(event: Event) -> None:
    """Tell nobody."""
