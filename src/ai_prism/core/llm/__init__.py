"""The optional reviewer behind our own protocol; the default does nothing and costs nothing."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from ai_prism.core.model import Document, Finding, Section


class Reviewer(Protocol):
    """Reads sections as a careful person would and returns findings with quotes."""

    @property
    def name(self) -> str:
        """What the receipt calls it."""

    def review(self, document: Document, section: Section) -> Iterable[Finding]:
        """Return the findings of one *section*.

        Raises:
            ReviewerUnavailable: it cannot be reached; the review goes on and says so.
        """


class NoReviewer:
    """The default: no model reads the document."""

    name = "none"

    def review(self, document: Document, section: Section) -> Sequence[Finding]:
        """Return nothing."""
        return ()
