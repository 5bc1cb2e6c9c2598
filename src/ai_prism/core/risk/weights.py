"""What a playbook says of risk: how much a finding weighs, by severity and by category."""

from typing import Annotated

import msgspec

#: A probability that something goes wrong; never certainty, or one finding would hide all others.
Chance = Annotated[float, msgspec.Meta(ge=0, le=0.95)]
#: What a category multiplies the chance by.
Factor = Annotated[float, msgspec.Meta(ge=0, le=5)]
Score = Annotated[int, msgspec.Meta(ge=1, le=100)]


class RiskWeights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How findings become a risk; the defaults are those of a general document."""

    #: The chance that one sure finding of this severity hurts.
    high: Chance = 0.45
    medium: Chance = 0.15
    low: Chance = 0.03
    #: What all findings of this severity together can reach: typing slips never make a high risk.
    most_from_medium: Chance = 0.75
    most_from_low: Chance = 0.2
    #: From this score on a risk is high, or medium.
    high_from: Score = 60
    medium_from: Score = 25
    #: Categories that weigh more (over 1) or less (under 1) than others.
    categories: dict[str, Factor] = {}
