"""How much a remark may insist: as much as its like was right before.

Readers judged findings on documents that no rule was made with. From what they thought it was
learned how much each trait of a finding speaks for it: its rule, the kind of document, which signs
speak for a clause, the words that it quotes. A remark whose like was right too seldom is still
made, as a small matter; what is at stake, and with it the risk, stays.
`scripts/learn_earned.py` learns it: by a logistic regression that holds weights small (A. Hoerl and
R. Kennard, Ridge regression, 1970), those of words most.
"""

import csv
import math
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from ai_prism.core import playbook
from ai_prism.core.model import Finding, Level
from ai_prism.core.rules import BaseRule

#: The chance of being right from which a remark may be of high or medium severity.
ENOUGH: Final = 0.85
#: What speaks for every finding.
ALWAYS: Final = "always"
#: Kinds that are told as they are shipped: to miss a secret costs more than to look in vain, and
#: published documents hold too few of what can be worked out to learn from.
_NEVER_LOWERED: Final = frozenset(
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
_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?|\d")


def as_earned(rule: BaseRule, found: Sequence[Finding], kind: str) -> tuple[Finding, ...]:
    """Return what *rule* *found* in a document of a *kind*, each as severe as its like earned.

    A rule that somebody wrote or changed in a playbook of their own is as severe as they say.

    Args:
        rule: who found it.
        found: its findings.
        kind: the name of the playbook that the document is held to.
    """
    if rule.kind in _NEVER_LOWERED or rule not in _as_shipped(rule.id):
        return tuple(found)
    return tuple(
        finding
        if finding.severity is Level.LOW or chance_right(finding, kind) >= ENOUGH
        else msgspec.structs.replace(finding, severity=Level.LOW, stake=finding.severity)
        for finding in found
    )


def chance_right(finding: Finding, kind: str) -> float:
    """Return how likely it is, 0 to 1, that a reader finds *finding* right; 0 if nobody can say.

    Args:
        finding: the remark.
        kind: the name of the playbook that the document is held to.
    """
    known = weights()
    if f"rule/{finding.rule_id}" not in known:
        return 0.0
    return chance(known, traits_of_finding(finding, kind))


def chance(known: Mapping[str, float], traits: Collection[str]) -> float:
    """Return how likely it is, 0 to 1, that what has *traits* is right, by the *known* weights."""
    return 1 / (1 + math.exp(-sum(known.get(trait, 0.0) for trait in sorted(traits))))


def traits_of_finding(finding: Finding, kind: str) -> frozenset[str]:
    """Return what may speak for or against *finding* in a document of a *kind*; see `traits_of`."""
    signs = finding.evidence.get("signs")
    return traits_of(
        finding.rule_id,
        finding.category,
        kind,
        tuple(sorted(map(str, signs))) if isinstance(signs, tuple) else None,
        finding.anchors[0].quote if finding.anchors else "",
    )


def traits_of(
    rule_id: str, category: str, kind: str, signs: tuple[str, ...] | None, quote: str
) -> frozenset[str]:
    """Return what may speak for or against a finding, each by a name that tells what it is.

    Args:
        rule_id: the rule that made it.
        category: what that rule is about.
        kind: the name of the playbook that the document is held to.
        signs: what speaks for a clause beside its words; None where that is not known.
        quote: what it quotes.
    """
    words = set(_WORD.findall(quote.lower().replace("’", "'")))
    return frozenset(
        {
            ALWAYS,
            f"kind/{kind}",
            f"category/{category}",
            f"rule/{rule_id}",
            f"rule/{rule_id}/{kind}",
            *(f"sign/{sign}" for sign in signs or ()),
            *([] if signs is None else [f"signs/{rule_id}/{' '.join(signs) or 'no sign'}"]),
            *(f"word/{word}" for word in words),
            *(f"word/{category}/{word}" for word in words),
        }
    )


@cache
def _as_shipped(rule_id: str) -> tuple[BaseRule, ...]:
    """Return the rules of an id, as the built-in playbooks have it."""
    playbooks = (playbook.load(name) for name in playbook.BUILT_IN)
    return tuple(rule for each in playbooks for rule in each.rules if rule.id == rule_id)


@cache
def weights() -> dict[str, float]:
    """Return how much each trait speaks for a finding, in log odds."""
    text = files("ai_prism.core").joinpath("earned.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    return {row["trait"]: float(row["weight"]) for row in rows}
