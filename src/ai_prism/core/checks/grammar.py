"""Grammar, as far as harper is to be trusted with it."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.language import pass_over
from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject
from ai_prism.core.word_lists import words

#: "A and b", "(a)": a letter is spoken of.
_LETTER: Final = re.compile(r"\s?(?:and|or|is|are|to|[^\w\s])")
#: Of other verbs harper cannot tell whether they are nouns.
_VERBS: Final = words("was were is are has have do does don't doesn't wasn't weren't isn't aren't")


class Rule(BaseRule, frozen=True):
    """Flags what the reliable rules of harper remark, spelling apart."""

    evidence_names = ("words", "remark")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each remark, with its mend where there is one."""
    text = subject.document.text
    for lint in pass_over(subject).lints():
        said = text[lint.start : lint.end]
        if lint.rule == "SpellCheck" or not _is_meant(
            lint.rule, said, text[lint.end : lint.end + 8]
        ):
            continue
        if subject.is_quoted(lint.start, lint.end):
            continue
        yield rule.finding(
            subject,
            [(lint.start, lint.end)],
            fixes=[(lint.start, lint.end, mend) for mend in lint.suggestions[:1] if mend],
            words=said,
            remark=lint.message.replace("`", ""),
        )


def _is_meant(rule: str, said: str, after: str) -> bool:
    if rule == "AnA":
        return not _LETTER.match(after)
    if rule == "PronounVerbAgreement":
        return said.lower().replace("’", "'") in _VERBS
    return True
