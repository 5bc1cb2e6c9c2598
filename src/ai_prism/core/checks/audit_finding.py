"""Findings of an audit that lack one of their parts: criterion, cause or effect."""

import re
from collections.abc import Iterator
from typing import Final, Literal

from ai_prism.core.model import Finding, Section
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

_TITLE: Final = re.compile(
    r"(?i)(?:[\d.]{1,8}\s)?(?:finding|observation|issue|weakness)\s?(?:no\.?\s?)?#?\d"
)
_PARTS: Final = {
    "criterion": re.compile(
        r"(?i)\b(?:criteri(?:on|a)|polic(?:y|ies)|standards?|requires?|required|requirements?|clause"
        r"|section \d|article|law|act|regulations?|procedures?|guidelines?|contract|iso|nist|agreed"
        r"|should|must|shall|control \w{1,4}\d|target|limit|expected)\b"
    ),
    "cause": re.compile(
        r"(?i)\b(?:causes?|caused|because|due to|as the|since|reasons?|owing to|result of|root|why"
        r"|lack(?:s|ed)? of|attribut\w{1,6}|so that|led to|resulted from|stems? from"
        r"|(?:had|has|have|was|were) (?:not|no|never))\b"
    ),
    "effect": re.compile(
        r"(?i)\b(?:effects?|consequen\w{2,6}|risks?|impact\w{0,3}|as a result|therefore|could|may"
        r"|might|leads?|led|results? in|resulted|lost|loss(?:es)?|cost|exposed?|exposure|thus|can"
        r"|damage|means that|so that|overpa\w{1,4}|delay\w{0,3})\b|[$€£]\s?\d"
    ),
}


class Rule(BaseRule, frozen=True, kw_only=True):
    """Flags findings of an audit that do not give a `part`."""

    evidence_names = ("findings", "total")

    part: Literal["criterion", "cause", "effect"]


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return one finding that names all sections at fault, and how many there are in all."""
    sections = [section for section in subject.sections if _TITLE.match(section.title)]
    lacking = [section for section in sections if not _has(rule, subject, section)]
    if lacking:
        verb = "does" if len(lacking) == 1 else "do"
        yield rule.finding(
            subject,
            [(section.start, section.start + len(section.title)) for section in lacking],
            findings=f"{len(lacking)} of {len(sections)} findings {verb}",
            total=len(sections),
        )


def _has(rule: Rule, subject: Subject, section: Section) -> bool:
    body = subject.document.text[section.start + len(section.title) : section.end]
    return bool(_PARTS[rule.part].search(body))
