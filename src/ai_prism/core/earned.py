"""How much a remark may insist: as much as its like was right before.

Readers judged findings on documents that no rule was made with. What they thought is kept by rule,
and by the circumstances that told right from wrong: the kind of document, and for a clause which
signs speak for it. A rule whose remarks were right too seldom there still makes them, as small
matters; what is at stake, and with it the risk, stays. `scripts/learn_record.py` makes the record.

An estimate from few verdicts leans on wider ones, each by two verdicts' weight: the circumstance on
the rule, the rule on its category, that on all rules (empirical Bayes, as in Gelman, Bayesian Data
Analysis, chapter 5, with a fixed weight). Signs that were seldom seen together lean on the best of
what is known of fewer of them.
"""

import csv
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Final, TypeAlias

import msgspec

from ai_prism.core import playbook
from ai_prism.core.model import Finding, Level
from ai_prism.core.rules import BaseRule

#: How many verdicts say that it is right, and how many there are.
Verdicts: TypeAlias = tuple[int, int]
_NOTHING: Final = (0, 0)
#: The share of remarks of a like that was right, from which it may be of high or medium severity.
ENOUGH: Final = 0.82
#: What is expected of a rule that nobody judged: what all rules together reached.
_OF_ALL: Final = 0.6
_WEIGHT: Final = 2
#: Kinds that are told as they are shipped: to miss a secret costs more than to look in vain, and of
#: what can be worked out published documents, which the record is of, hold too few to learn from.
_ALWAYS: Final = frozenset(
    {
        "date-order",
        "impossible-date",
        "number-word",
        "percent-sum",
        "secret",
        "stated-duration",
        "table-total",
        "timeline-order",
        "version-conflict",
        "wrong-weekday",
    }
)


def as_earned(rule: BaseRule, found: Sequence[Finding], kind: str) -> tuple[Finding, ...]:
    """Return what *rule* *found* in a document of a *kind*, each as severe as its like earned.

    A rule that somebody wrote or changed in a playbook of their own is as severe as they say.

    Args:
        rule: who found it.
        found: its findings.
        kind: the name of the playbook that the document is held to.
    """
    if rule.kind in _ALWAYS or rule not in _as_shipped(rule.id):
        return tuple(found)
    return tuple(
        finding
        if finding.severity is Level.LOW or chance_right(finding, kind) >= ENOUGH
        else msgspec.structs.replace(finding, severity=Level.LOW, stake=finding.severity)
        for finding in found
    )


def chance_right(finding: Finding, kind: str) -> float:
    """Return the share, 0 to 1, of remarks like *finding* that readers are expected to find right.

    Args:
        finding: the remark.
        kind: the name of the playbook that the document is held to.
    """
    category, rule, like = (record().get(key, _NOTHING) for key in keys_of(finding, kind))
    # Each verdict counts once: in the narrowest like that it belongs to.
    expected = _updated(_OF_ALL, _less(category, rule))
    expected = _updated(expected, _less(rule, like))
    fewer = (_updated(expected, known) for known in _with_fewer_signs(finding))
    return _updated(max((expected, *fewer)), like)


def _updated(expected: float, known: Verdicts) -> float:
    right, judged = known
    return (right + _WEIGHT * expected) / (judged + _WEIGHT)


def _less(known: Verdicts, part: Verdicts) -> Verdicts:
    return known[0] - part[0], known[1] - part[1]


def _with_fewer_signs(finding: Finding) -> Iterator[Verdicts]:
    """Return the verdicts on likes of *finding* that have some of its signs, or none."""
    signs = _signs_of(finding) or ()
    for count in range(len(signs)):
        for some in combinations(signs, count):
            yield record().get(f"rule/{finding.rule_id}/{_named(some)}", _NOTHING)


def keys_of(finding: Finding, kind: str) -> tuple[str, str, str]:
    """Return what the record calls the like of *finding*, the widest first."""
    signs = _signs_of(finding)
    where = kind if signs is None else _named(signs)
    rule = finding.rule_id
    return f"category/{finding.category}", f"rule/{rule}", f"rule/{rule}/{where}"


def _signs_of(finding: Finding) -> tuple[str, ...] | None:
    """Return what speaks for a clause beside its words, or None where nobody looked for it."""
    signs = finding.evidence.get("signs")
    return tuple(sorted(map(str, signs))) if isinstance(signs, tuple) else None


def _named(signs: Sequence[str]) -> str:
    return " ".join(signs) or "no sign"


@cache
def _as_shipped(rule_id: str) -> tuple[BaseRule, ...]:
    """Return the rules of an id, as the built-in playbooks have it."""
    playbooks = (playbook.load(name) for name in playbook.BUILT_IN)
    return tuple(rule for each in playbooks for rule in each.rules if rule.id == rule_id)


@cache
def record() -> dict[str, Verdicts]:
    """Return how many verdicts there are on a like, and how many of them are right."""
    text = files("ai_prism.core").joinpath("record.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    return {row["like"]: (int(row["right"]), int(row["judged"])) for row in rows}
