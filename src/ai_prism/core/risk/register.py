"""The risk register: what can happen, how likely, how bad, and what would make it smaller.

The level is that of a matrix of three by three, as in IEC 31010:2019, B.10.3: likelihood times
impact, each from 1 to 3; 6 and more is high, 3 and more is medium.
"""

from collections.abc import Sequence
from typing import Final

from ai_prism.core.model import Finding, Level, RegisterEntry
from ai_prism.core.risk.findings import chance_of, counted
from ai_prism.core.risk.weights import NamedRisk, RiskWeights

#: From this chance on that one of its findings hurts a risk is likely, or may well come true.
_LIKELY: Final = 0.25
_POSSIBLE: Final = 0.08


def register_of(findings: Sequence[Finding], weights: RiskWeights) -> tuple[RegisterEntry, ...]:
    """Return the risks that *findings* tell of, the highest first; rejected findings tell none."""
    entries = []
    by_risk: dict[str, list[Finding]] = {}
    for finding in counted(findings):
        named = weights.risk_told_by(finding.rule_id, finding.category)
        by_risk.setdefault(named.id if named else f" {finding.rule_id}", []).append(finding)
    named_risks = {risk.id: risk for risk in weights.risks}
    for id, evidence in by_risk.items():
        risk = named_risks.get(id)
        entries.append(_summed_up(risk, evidence, weights) if risk else _of_its_own(evidence))
    return tuple(sorted(entries, key=_order))


def level_of(likelihood: Level, impact: Level) -> Level:
    """Return the level of a risk with this *likelihood* and *impact*."""
    product = (3 - likelihood.rank) * (3 - impact.rank)
    if product >= 6:
        return Level.HIGH
    return Level.MEDIUM if product >= 3 else Level.LOW


def _summed_up(risk: NamedRisk, evidence: Sequence[Finding], weights: RiskWeights) -> RegisterEntry:
    """Return the row of a risk of which several findings tell; they make it more likely."""
    chance = chance_of(evidence, weights)
    likelihood = Level.LOW if chance < _POSSIBLE else Level.MEDIUM
    likelihood = Level.HIGH if chance >= _LIKELY else likelihood
    return RegisterEntry(
        risk=risk.risk,
        evidence=tuple(finding.id for finding in evidence),
        likelihood=likelihood,
        impact=risk.impact,
        level=level_of(likelihood, risk.impact),
        mitigation=risk.mitigation,
    )


def _of_its_own(evidence: Sequence[Finding]) -> RegisterEntry:
    """Return the row of a clause, or of a rule that no risk names: what it says is the risk."""
    gravest = min(evidence, key=lambda finding: finding.at_stake.rank)
    return RegisterEntry(
        risk=f"{gravest.title}. {gravest.why}",
        evidence=tuple(finding.id for finding in evidence),
        likelihood=gravest.likelihood,
        impact=gravest.at_stake,
        level=level_of(gravest.likelihood, gravest.at_stake),
        mitigation=gravest.suggestion,
    )


def _order(entry: RegisterEntry) -> tuple[int, int, int]:
    return entry.level.rank, entry.impact.rank, entry.likelihood.rank
