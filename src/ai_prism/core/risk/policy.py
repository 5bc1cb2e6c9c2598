"""What a rule about clauses says of risk: its level for each party, and the model labels it knows.

A playbook changes levels without writing the rules anew: see `levels` in its format.
"""

from typing import Annotated

import msgspec

from ai_prism.core.model import Level, Party
from ai_prism.core.rules import BaseRule

#: From which probability on a label of the clause model speaks; nought leaves it to the model.
Threshold = Annotated[float, msgspec.Meta(ge=0, le=1)]
Levels = dict[Party, Level]


class RiskRule(BaseRule, frozen=True, kw_only=True):
    """A rule about what an agreement says or lacks; `severity` is its level for nobody's side."""

    levels: Levels = {}  # noqa: RUF012 - msgspec copies it for each rule
    likelihood: Level = Level.MEDIUM
    #: Labels of the clause model that tell of it.
    fed_by: dict[str, Threshold] = {}  # noqa: RUF012 - as above

    def __hash__(self) -> int:
        """Return a number for sets of rules; tables of levels have none of their own."""
        return hash((self.id, self.version))

    def level_for(self, party: Party) -> Level:
        """Return what is at stake for *party*; a consumer without an entry is a customer."""
        if party is Party.CONSUMER and party not in self.levels:
            party = Party.CUSTOMER
        return self.levels.get(party, self.severity)


def with_levels(rule: BaseRule, levels: Level | Levels) -> BaseRule:
    """Return *rule* with *levels* instead of its own; one level is meant for every party."""
    if not isinstance(rule, RiskRule):  # what is no clause weighs the same for every party
        one = levels if isinstance(levels, Level) else levels.get(Party.NEUTRAL, rule.severity)
        return msgspec.structs.replace(rule, severity=one)
    if isinstance(levels, Level):
        return msgspec.structs.replace(rule, severity=levels, levels={})
    neutral = levels.get(Party.NEUTRAL, rule.severity)
    return msgspec.structs.replace(rule, severity=neutral, levels={**rule.levels, **levels})
