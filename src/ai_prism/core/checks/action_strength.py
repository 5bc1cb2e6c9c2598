"""Actions that change nothing by themselves, or that nobody can ever tick off."""

import re
from collections.abc import Iterator
from typing import Final, Literal

from ai_prism.core.actions import Action, find_actions
from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

_LEAD: Final = (
    r"(?i)\A[\W\d]{0,6}(?:(?:action|todo|ai)\s?\d{0,3}[:.)]\s?)?"
    r"(?:(?:we|the team|everyone|everybody|all|staff|engineers?)\s)?"
    r"(?:(?:should|will|need to|must|to|please|also|it would be good to)\s){0,2}"
)
_WEAK: Final = re.compile(
    _LEAD + r"(?:(?:be|being) more (?:careful|vigilant|attentive|cautious|aware|mindful|diligent)"
    r"|(?:remind|tell|encourage|urge|sensiti[sz]e|warn|instruct)\b"
    r"|pay (?:more|closer|better) attention|take (?:more|better) care"
    r"|try (?:harder|to (?:be|remember|avoid|keep))\b"
    r"|(?:look|looking) (?:into|at)\b|(?:investigate|consider|think about|discuss|explore|evaluate"
    r"|examine|look for|keep an eye on|raise awareness|reflect on)\b"
    r"|(?:re-?)?train (?:the |all |our )?(?:staff|team|engineers?|operators?|employees|people))"
)
#: With one of these an investigation leads somewhere.
_AND_DOES: Final = re.compile(
    r"(?i)\b(?:and|then|so that)\s(?:\w{1,20}\s){0,2}(?:add|implement|fix|set|put|change|remove"
    r"|write|build|deploy|configure|introduce|replace|automate|enforce|block|limit|alert|test)\b"
    r"|\bto (?:decide|determine|choose)\b"
)
_UNBOUNDED: Final = re.compile(
    _LEAD + r"(?:improve|improving|enhance|better|increase|strengthen|optimi[sz]e|review|continue"
    r"|work on|more|ensure better|extend)\s(?:(?:our|the|on|with|to|general|overall|up)\s){0,2}"
    r"(?:\w{1,20}\s){0,1}"
    r"(?:monitoring|documentation|communications?|testing|tests|process(?:es)?|observability"
    r"|alerting|alerts|resilience|reliability|security|quality|coverage|visibility|training"
    r"|stability|performance|awareness|logging|tooling|collaboration|knowledge)\b"
    r"(?=[^\n]{0,160}\Z)"
)
_MEASURED: Final = re.compile(
    r"(?i)\d(?:\s?%|\s?(?:per|ms|seconds|minutes|messages|percent)\b)|: \w"
    r"|\b(?:so that|such that|by (?:adding|setting|making|having|using|writing|moving|means)"
    r"|in order to|which|when|to (?:refuse|alert|detect|catch|fail|block|include|cover))\b"
)


class Rule(BaseRule, frozen=True, kw_only=True):
    """Flags actions that are `weak`, or `unbounded`: without an end that can be checked."""

    evidence_names = ("actions", "total", "first")

    strength: Literal["weak", "unbounded"] = "weak"


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return one finding that names all actions at fault, and how many there are in all."""
    actions = find_actions(subject)
    is_at_fault = _is_weak if rule.strength == "weak" else _is_unbounded
    faulty = [action for action in actions if is_at_fault(_words(subject, action))]
    if faulty:
        yield rule.finding(
            subject,
            [(action.start, action.end) for action in faulty],
            total=len(actions),
            actions=_counted(rule, len(faulty), len(actions)),
            first=_shortened(_words(subject, faulty[0])),
        )


def _words(subject: Subject, action: Action) -> str:
    return subject.document.text[action.start : action.end]


def _is_weak(words: str) -> bool:
    return bool(_WEAK.search(words)) and not _AND_DOES.search(words)


def _is_unbounded(words: str) -> bool:
    return bool(_UNBOUNDED.search(words)) and not _MEASURED.search(words)


def _counted(rule: Rule, faulty: int, total: int) -> str:
    verb = ("rely", "relies") if rule.strength == "weak" else ("have", "has")
    if total == 1:
        return f"The only action {verb[1]}"
    return f"{faulty} of {total} actions {verb[faulty == 1]}"


def _shortened(words: str) -> str:
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= 60 else f"{one_line[:57]}…"
