"""A document that gives itself two versions."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

_VERSION: Final = re.compile(
    r"(?i)\b(?:(?:document|policy) version|version of this document|version number"
    r"|this (?:document|policy|procedure) is version)"
    r"\s?(?:no\.?)?[\s:|]{1,3}(?:is\s)?v?(\d{1,3}(?:\.\d{1,3}){0,3})\b(?!\.\w)"
)


class Rule(BaseRule, frozen=True):
    """Flags a second version of the document itself that differs from the first."""

    evidence_names = ("first", "second")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return at most one finding, at the second version."""
    found = [
        match
        for line in subject.lines
        for match in _VERSION.finditer(subject.document.text, *line)
        if not subject.is_code(*match.span())
    ]
    other = next((match for match in found[1:] if match[1] != found[0][1]), None)
    if other:
        yield rule.finding(
            subject, [other.span(1)], related=[found[0].span(1)], first=found[0][1], second=other[1]
        )
