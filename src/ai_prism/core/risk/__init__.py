"""How much a document and its sections can hurt, and why."""

from collections.abc import Sequence
from typing import Protocol

from ai_prism.core.model import Data, Finding, Risk, Section
from ai_prism.core.subject import Subject


class Verdict(Data):
    """The risk of a document, and its sections with theirs."""

    document: Risk
    sections: tuple[Section, ...]


class RiskModel(Protocol):
    """Weighs a document."""

    def assess(self, subject: Subject, findings: Sequence[Finding]) -> Verdict:
        """Return the risk of *subject* given its *findings*; more findings never lower it."""


class FindingsRisk:
    """Risk from findings alone."""

    def assess(self, subject: Subject, findings: Sequence[Finding]) -> Verdict:
        """Return the verdict."""
        raise NotImplementedError
