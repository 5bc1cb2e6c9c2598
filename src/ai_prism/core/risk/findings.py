"""From findings to a level, a score and the reasons for it.

The combination rule is the noisy-or of Bayesian networks (J. Pearl, Probabilistic Reasoning in
Intelligent Systems, 1988, §4.3.2): each finding is a cause that hurts with its own chance, causes
act independently, and the score is the chance that at least one does. So it is monotone, stays
under 100, and a second finding adds less than the first. Severity classes below high are capped.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from ai_prism.core.model import Decision, Driver, Finding, Level, Risk
from ai_prism.core.risk.weights import RiskWeights

#: Less sure than this a finding cannot settle the level of its section by itself.
_SURE: Final = 0.5


def counted(findings: Iterable[Finding]) -> list[Finding]:
    """Return those of *findings* that count: not what a person rejected."""
    return [finding for finding in findings if finding.decision is not Decision.REJECTED]


def risk_of(findings: Sequence[Finding], weights: RiskWeights) -> Risk:
    """Return the risk of *findings* to a document."""
    found = counted(findings)
    by_rule = _harm_by_rule(found, weights)
    harm = math.fsum(by_rule.values())
    score = round(100 * -math.expm1(-harm))
    return Risk(level=_level(score, weights), score=score, drivers=_drivers(found, by_rule, harm))


def risk_of_section(findings: Sequence[Finding], weights: RiskWeights) -> Risk:
    """Return the risk of *findings* to a section: at least what the gravest of them puts at stake.

    A document is judged by all that is in it; of a section people ask whether to stop there.
    """
    risk = risk_of(findings, weights)
    settles = [_at_stake(f, weights) for f in findings if _settles_the_level(f, weights)]
    least = {Level.HIGH: weights.high_from, Level.MEDIUM: weights.medium_from, Level.LOW: 0}
    score = max([risk.score, *(least[severity] for severity in settles)])
    return Risk(level=_level(score, weights), score=score, drivers=risk.drivers)


def chance_of(findings: Iterable[Finding], weights: RiskWeights) -> float:
    """Return the chance, 0 to 1, that at least one of *findings* hurts; all of them count."""
    return -math.expm1(-math.fsum(_harm_by_rule(findings, weights).values()))


def _settles_the_level(finding: Finding, weights: RiskWeights) -> bool:
    weighs = weights.categories.get(finding.category, 1.0)
    return finding.decision is Decision.OPEN and finding.confidence >= _SURE and weighs >= 1


def _at_stake(finding: Finding, weights: RiskWeights) -> Level:
    """Return how much *finding* can hurt: no more than the risk that it tells of.

    Severity says how soon the text is to be mended; a wrong sum is mended first of all, and yet
    does not do the harm of a stolen key. A repeat is a small remark, and hurts where it stands.
    """
    here = finding.impact or finding.at_stake
    named = weights.risk_told_by(finding.rule_id, finding.category)
    return max(here, named.impact, key=lambda level: level.rank) if named else here


def _harm_by_rule(findings: Iterable[Finding], weights: RiskWeights) -> dict[str, float]:
    """Return what each rule adds to -log(1 - risk), where independent chances simply add up."""
    harms: dict[Level, dict[str, list[float]]] = {level: {} for level in Level}
    for finding in findings:
        rules = harms[finding.at_stake]
        rules.setdefault(finding.rule_id, []).append(_harm(finding, weights))
    total: dict[str, float] = {}
    for severity, by_rule in harms.items():
        summed = {rule: _fading(each, weights) for rule, each in by_rule.items()}
        kept = _share_kept(math.fsum(summed.values()), severity, weights)
        for rule, harm in summed.items():
            total[rule] = total.get(rule, 0.0) + harm * kept
    return {rule: harm for rule, harm in total.items() if harm > 0}


def _fading(harms: Iterable[float], weights: RiskWeights) -> float:
    """Return the sum of *harms*, each after the gravest counting less than the one before."""
    ordered = sorted(harms, reverse=True)
    return math.fsum(harm * weights.repeated**place for place, harm in enumerate(ordered))


def _harm(finding: Finding, weights: RiskWeights) -> float:
    base = {Level.HIGH: weights.high, Level.MEDIUM: weights.medium, Level.LOW: weights.low}
    chance = base[finding.at_stake] * weights.categories.get(finding.category, 1.0)
    if finding.decision is Decision.ACCEPTED:
        chance *= weights.left_when_accepted
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
