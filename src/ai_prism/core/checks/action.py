"""Actions that nobody owns, or that are due at no time, as one finding for the document."""

from collections.abc import Iterator
from typing import Literal

from ai_prism.core.actions import find_actions
from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject


class Rule(BaseRule, frozen=True, kw_only=True):
    """Flags actions without an `owner` or without a `date`."""

    evidence_names = ("actions", "total")

    lacks: Literal["owner", "date"]


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return one finding that names all actions at fault, and how many there are in all."""
    actions = find_actions(subject)
    if rule.lacks == "owner":
        # A ticket has its own owner; where most are named in the report, this one was forgotten.
        are_named_here = 2 * sum(action.has_owner for action in actions) >= len(actions)
        lacking = [
            action
            for action in actions
            if not action.has_owner and (are_named_here or not action.has_ticket)
        ]
    else:
        lacking = [action for action in actions if not action.has_date]
    if lacking:
        yield rule.finding(
            subject,
            [(action.start, action.end) for action in lacking],
            total=len(actions),
            actions=_counted(len(lacking), len(actions)),
        )


def _counted(lacking: int, total: int) -> str:
    """Return the beginning of the sentence: how many of the actions, with their verb."""
    if total == 1:
        return "The only action has"
    return f"{lacking} of {total} actions {'has' if lacking == 1 else 'have'}"
