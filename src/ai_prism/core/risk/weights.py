"""What a playbook says of risk: how much a finding weighs, and which risks findings tell of."""

from collections.abc import Iterable
from typing import Annotated

import msgspec

from ai_prism.core.model import Level

#: A probability that something goes wrong; never certainty, or one finding would hide all others.
Chance = Annotated[float, msgspec.Meta(ge=0, le=0.95)]
#: What a category multiplies the chance by.
Factor = Annotated[float, msgspec.Meta(ge=0, le=5)]
Score = Annotated[int, msgspec.Meta(ge=1, le=100)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class NamedRisk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that can happen, of which several rules tell: a row of the risk register."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    risk: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    impact: Level
    mitigation: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    rules: tuple[str, ...] = ()  #: ids
    categories: tuple[str, ...] = ()  #: of the rules that no risk names


class RiskWeights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How findings become a risk; the defaults are those of a general document."""

    #: The chance that one sure finding of this severity hurts.
    high: Chance = 0.3
    medium: Chance = 0.1
    low: Chance = 0.02
    #: What all findings of this severity together can reach: typing slips never make a high risk.
    most_from_medium: Chance = 0.55
    most_from_low: Chance = 0.15
    #: What each further finding of one rule adds, as a share of what the one before it added.
    repeated: Share = 0.5
    #: What is left of a finding whose suggestion was accepted.
    left_when_accepted: Share = 0.25
    #: From this score on a risk is high, or medium.
    high_from: Score = 60
    medium_from: Score = 25
    #: Categories that weigh more (over 1) or less (under 1) than others.
    categories: dict[str, Factor] = {}
    #: Rows of the register, apart from the clauses, each of which is a risk of its own.
    risks: tuple[NamedRisk, ...] = ()

    def risk_told_by(self, rule: str, category: str) -> NamedRisk | None:
        """Return the risk that names the *rule* of that id, or else its *category*, if any does."""
        for risk in self.risks:
            if rule in risk.rules:
                return risk
        return next((risk for risk in self.risks if category in risk.categories), None)


def laid_over(base: RiskWeights, own: RiskWeights, written: Iterable[str]) -> RiskWeights:
    """Return *base* with what *own* has *written*: categories and risks are added to its."""
    changes = {name: getattr(own, name) for name in written}
    ids = {risk.id for risk in own.risks}
    inherited = tuple(risk for risk in base.risks if risk.id not in ids)
    return msgspec.structs.replace(
        base,
        **changes
        | {
            "categories": base.categories | own.categories,
            "risks": (*own.risks, *inherited),
        },
    )
