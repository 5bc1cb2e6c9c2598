"""From findings to a level, a score and the reasons for it.

The combination rule is the noisy-or of Bayesian networks (J. Pearl, Probabilistic Reasoning in
Intelligent Systems, 1988, §4.3.2): each finding is a cause that hurts with its own chance, causes
act independently, and the score is the chance that at least one does. So it is monotone, stays
under 100, and a second finding adds less than the first. Severity classes below high are capped.
"""

import math
from collections.abc import Iterable, Sequence

from ai_prism.core.model import Decision, Driver, Finding, Level, Risk
from ai_prism.core.risk.weights import RiskWeights


def risk_of(findings: Sequence[Finding], weights: RiskWeights) -> Risk:
    """Return the risk of *findings*; what a person rejected does not count."""
    counted = [finding for finding in findings if finding.decision is not Decision.REJECTED]
    by_rule = _harm_by_rule(counted, weights)
    harm = math.fsum(by_rule.values())
    score = round(100 * -math.expm1(-harm))
    return Risk(level=_level(score, weights), score=score, drivers=_drivers(counted, by_rule, harm))


def _harm_by_rule(findings: Iterable[Finding], weights: RiskWeights) -> dict[str, float]:
    """Return what each rule adds to -log(1 - risk), where independent chances simply add up."""
    by_severity: dict[Level, dict[str, float]] = {level: {} for level in Level}
    for finding in findings:
        rules = by_severity[finding.severity]
        rules[finding.rule_id] = rules.get(finding.rule_id, 0.0) + _harm(finding, weights)
    total: dict[str, float] = {}
    for severity, rules in by_severity.items():
        kept = _share_kept(math.fsum(rules.values()), severity, weights)
        for rule, harm in rules.items():
            total[rule] = total.get(rule, 0.0) + harm * kept
    return {rule: harm for rule, harm in total.items() if harm > 0}


def _harm(finding: Finding, weights: RiskWeights) -> float:
    base = {Level.HIGH: weights.high, Level.MEDIUM: weights.medium, Level.LOW: weights.low}
    chance = base[finding.severity] * weights.categories.get(finding.category, 1.0)
    return -math.log1p(-min(0.95, chance * min(1.0, max(0.0, finding.confidence))))


def _share_kept(harm: float, severity: Level, weights: RiskWeights) -> float:
    """Return how much of *harm* counts, so that a whole severity class stays under its cap."""
    if severity is Level.HIGH or harm == 0:
        return 1.0
    cap = weights.most_from_medium if severity is Level.MEDIUM else weights.most_from_low
    return min(1.0, -math.log1p(-cap) / harm)


def _level(score: int, weights: RiskWeights) -> Level:
    if score >= weights.high_from:
        return Level.HIGH
    return Level.MEDIUM if score >= weights.medium_from else Level.LOW


def _drivers(
    findings: Sequence[Finding], by_rule: dict[str, float], harm: float
) -> tuple[Driver, ...]:
    """Return one driver a rule, the heaviest first."""
    ids: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for finding in findings:
        ids.setdefault(finding.rule_id, []).append(finding.id)
        titles.setdefault(finding.rule_id, finding.title)
    heaviest = sorted(by_rule, key=lambda rule: (-by_rule[rule], rule))
    return tuple(
        Driver(title=titles[rule], share=by_rule[rule] / harm, findings=tuple(ids[rule]))
        for rule in heaviest
    )
