"""What verdicts on findings teach about others: how much each trait of a finding speaks for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from ai_prism.core import earned

#: Chosen among some twenty by samples 26 to 33; all of them did within a point of each other.
_SMALLNESS = 5.0
#: Words may weigh less than other traits, since there are so many of them.
_FREEDOM_OF_WORDS = 0.3
#: A rule that tells no clauses, and so has no signs, has little else to be known by.
_FREEDOM_OF_RULES = 3.0
_SEEN_OFTEN = 5


@dataclass(frozen=True)
class Verdict:
    """What a reader thought of a finding."""

    sample: int
    traits: frozenset[str]
    is_right: bool


def learned(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Return how much each trait speaks for a finding, in log odds.

    Traits that were seldom seen are left out, but for rules: of them it is known that somebody
    judged them at all.
    """
    freedom = _freedoms(verdicts)
    table = DictVectorizer(dtype=np.float64)
    values = table.fit_transform(
        {trait: freedom[trait] for trait in verdict.traits - {earned.ALWAYS}}
        for verdict in verdicts
    )
    names = table.get_feature_names_out()
    seen = np.asarray((values > 0).sum(axis=0)).ravel()
    kept = (seen >= _SEEN_OFTEN) | np.array([name.startswith("rule/") for name in names])
    machine = LogisticRegression(C=1 / _SMALLNESS, max_iter=2000)
    machine.fit(values[:, kept], [verdict.is_right for verdict in verdicts])
    found = zip(names[kept], machine.coef_[0], strict=True)
    return {
        earned.ALWAYS: float(machine.intercept_[0]),
        **{str(trait): float(weight) * freedom[trait] for trait, weight in found},
    }


def foretold(verdicts: Sequence[Verdict], first: int) -> Iterator[tuple[Verdict, float]]:
    """Yield each verdict of sample *first* and later, with the chance that those before it gave."""
    for sample in sorted({verdict.sample for verdict in verdicts if verdict.sample >= first}):
        known = learned([verdict for verdict in verdicts if verdict.sample < sample])
        for verdict in verdicts:
            if verdict.sample == sample:
                yield verdict, earned.chance(known, verdict.traits)


def _freedoms(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Return how freely each trait may be weighed, by what it is."""
    traits = frozenset().union(*(verdict.traits for verdict in verdicts))
    clauses = {trait.split("/")[1] for trait in traits if trait.startswith("signs/")}

    def freedom(trait: str) -> float:
        kind, _, rest = trait.partition("/")
        if kind == "word":
            return _FREEDOM_OF_WORDS
        if kind == "rule" and rest.partition("/")[0] not in clauses:
            return _FREEDOM_OF_RULES
        return 1.0

    return {trait: freedom(trait) for trait in traits}
