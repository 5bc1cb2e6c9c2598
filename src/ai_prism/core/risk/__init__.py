"""How much a document and its sections can hurt, and why."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from ai_prism.core.model import Data, Decision, Finding, Review, Risk, Section
from ai_prism.core.risk.findings import risk_of, risk_of_section
from ai_prism.core.risk.register import register_of
from ai_prism.core.risk.weights import RiskWeights
from ai_prism.core.subject import Subject

__all__ = ["FindingsRisk", "RiskModel", "RiskWeights", "Verdict", "after"]


class Verdict(Data):
    """The risk of a document, and its sections with theirs."""

    document: Risk
    sections: tuple[Section, ...]


class RiskModel(Protocol):
    """Weighs a document."""

    def assess(
        self, subject: Subject, findings: Sequence[Finding], weights: RiskWeights
    ) -> Verdict:
        """Return the risk of *subject* given its *findings*; more findings never lower it."""


class FindingsRisk:
    """Risk from findings: what is wrong with the text, and which clauses are in it."""

    def assess(
        self, subject: Subject, findings: Sequence[Finding], weights: RiskWeights
    ) -> Verdict:
        """Return the verdict; a section answers for the findings of its subsections too."""
        by_section: dict[str, list[Finding]] = {section.id: [] for section in subject.sections}
        for finding in findings:
            for section in _sections_of(finding, subject):
                by_section[section].append(finding)
        return Verdict(
            document=msgspec.structs.replace(
                risk_of(findings, weights), register=register_of(findings, weights)
            ),
            sections=tuple(
                msgspec.structs.replace(
                    section, risk=risk_of_section(by_section[section.id], weights)
                )
                for section in subject.sections
            ),
        )


def after(
    decisions: Mapping[str, Decision], review: Review, weights: RiskWeights | None = None
) -> Review:
    """Return *review* as it is once people have decided on findings: nothing is read again.

    What is rejected counts no more, what is accepted counts less, and the rest as before; an owner
    who was filled in stays with the risk.

    Args:
        decisions: what was decided, by the ids of findings; ids that are not there change nothing.
        review: the review, with the decisions that were made before.
        weights: those of its playbook; without them those of a general one.
    """
    findings = tuple(
        msgspec.structs.replace(finding, decision=decisions.get(finding.id, finding.decision))
        for finding in review.findings
    )
    subject = Subject(review.document, review.sections)
    verdict = FindingsRisk().assess(subject, findings, weights or RiskWeights())
    owners = {entry.risk: entry.owner for entry in review.risk.register}
    register = tuple(
        msgspec.structs.replace(entry, owner=owners.get(entry.risk, ""))
        for entry in verdict.document.register
    )
    risk = msgspec.structs.replace(verdict.document, register=register)
    return msgspec.structs.replace(review, findings=findings, risk=risk, sections=verdict.sections)


def _sections_of(finding: Finding, subject: Subject) -> set[str]:
    """Return the ids of the sections that *finding* stands in, or speaks of."""
    ids = {
        section.id for place in finding.anchors for section in subject.sections_around(place.start)
    }
    return ids or {s.id for s in subject.sections if s.id == finding.section_id}
