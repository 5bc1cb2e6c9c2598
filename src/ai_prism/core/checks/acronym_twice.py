"""An acronym that is spelt out in two ways."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

_SPELT_OUT: Final = re.compile(
    r"\b((?:[A-Za-z][\w’'-]{0,30}\s){1,6}[A-Za-z][\w’'-]{0,30})\s\([“\"]?([A-Z]{2,6})s?[”\"]?\)"
)
_SMALL: Final = frozenset({"of", "and", "for", "the", "to", "in", "on", "a", "an"})


class Rule(BaseRule, frozen=True):
    """Flags acronyms with two long forms."""

    evidence_names = ("acronym", "first", "second")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each such acronym, at its second long form."""
    forms: dict[str, tuple[str, Span]] = {}
    done = set()
    for match, _ in subject.matches(_SPELT_OUT):
        form = _long_form(match[1], match[2])
        if not form:
            continue
        before = forms.setdefault(match[2], (form, match.span(2)))
        if _stems(before[0]) != _stems(form) and match[2] not in done:
            done.add(match[2])
            yield rule.finding(
                subject,
                [match.span(2)],
                related=[before[1]],
                acronym=match[2],
                first=before[0],
                second=form,
            )


def _long_form(words: str, acronym: str) -> str:
    """Return the end of *words* whose initials are *acronym*, or nothing."""
    parts = words.split()
    for first in range(len(parts)):
        initials = "".join(part[0] for part in parts[first:] if part.lower() not in _SMALL)
        if initials.upper() == acronym:
            while parts[first].lower() in _SMALL:
                first += 1
            return " ".join(parts[first:])
    return ""


def _stems(form: str) -> list[str]:
    return [word.lower().removesuffix("s")[:5] for word in form.split()]
