"""Protections that a whole agreement of its kind has, and this one lacks: one finding each.

Amendments, orders, schedules and policies lean on another text, and are left alone, but for what
they are there for.
"""

from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from ai_prism.core.model import Finding
from ai_prism.core.phrases import phrases_of
from ai_prism.core.risk.policy import RiskRule
from ai_prism.core.subject import Subject

#: Where a document says what it is: its title and its first lines.
_OPENING_CHARACTERS: Final = 1_200
_TITLE_CHARACTERS: Final = 200
#: From here on a model is surer than not.
_SURE: Final = 0.5
#: As a title, or in the first lines, these tell a text that is no agreement of its own.
_LEANS_IN_TITLE: Final = (
    *("amendment", "addendum", "supplement*", "annex", "exhibit", "appendix", "schedule"),
    *("statement of work", "work order", "order form", "purchase order", "change order", "rider"),
    *("policy", "policies", "guideline*", "additional terms", "side letter", "notice", "plan"),
    *(
        "promissory note*",
        "employment",
        "offer letter*",
        "internship",
        "lease",
        "rental",
        "tenancy",
    ),
    *("simple agreement for", "loan", "deposit"),
    *("waiver", "extension", "memorandum of understanding", "letter of intent", "code of conduct"),
)
_LEANS_IN_OPENING: Final = (
    *(
        "forms part of",
        "is part of the",
        "in addition to the",
        "these terms apply to",
        "supplement* the",
    ),
    *(
        "(is|are) incorporated (by reference|into)",
        "amends the",
        "to amend the",
        "as amended by this",
    ),
)
#: Lines without a section and without any of these bind nobody: no agreement, so nothing is missed.
_BINDS: Final = ("shall", "must", "will", "may", "agree*", "undertake*")


class Rule(RiskRule, frozen=True, kw_only=True):
    """Flags a whole agreement that says nothing under `titles`, nor in `words`, of a protection."""

    titles: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    words: tuple[str, ...] = ()
    #: In the title or the first lines: only agreements of this kind are looked at.
    only_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    #: Only where the agreement speaks of this at all: a cure period is missed where it can end.
    where: tuple[str, ...] = ()
    least_sections: Annotated[int, msgspec.Meta(ge=0, le=100)] = 5
    #: Looked for in addenda and annexes as well: where the protection is what they are there for.
    may_lean: bool = False

    def __post_init__(self) -> None:
        """Refuse phrases that nobody can look for."""
        for phrases in (self.titles, self.words, self.only_for, self.not_for, self.where):
            phrases_of(phrases)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return the finding, if the agreement lacks the protection."""
    if not _is_looked_at(rule, subject):
        return
    if rule.where and not _is_said(rule.where, subject):
        return
    known = _is_known_to_the_model(rule, subject)
    if known or (known is None and _is_written(rule, subject)):
        return
    yield rule.finding(
        subject, (), severity=rule.level_for(subject.party), likelihood=rule.likelihood
    )


def _is_looked_at(rule: Rule, subject: Subject) -> bool:
    if len(subject.sections) < rule.least_sections:
        return False
    if not subject.sections and not _is_said(_BINDS, subject):
        return False
    title = f"{subject.document.title}\n{subject.document.text[:_TITLE_CHARACTERS]}"
    opening = f"{title}\n{subject.document.text[:_OPENING_CHARACTERS]}"
    if rule.only_for and not phrases_of(rule.only_for).stand_in(title):
        return False
    if rule.may_lean:
        return not phrases_of(rule.not_for).stand_in(opening)
    leans = phrases_of(_LEANS_IN_TITLE).stand_in(title)
    return not (leans or phrases_of((*_LEANS_IN_OPENING, *rule.not_for)).stand_in(opening))


def _is_written(rule: Rule, subject: Subject) -> bool:
    titles = "\n".join((*(section.title for section in subject.sections), *subject.labels))
    return phrases_of(rule.titles).stand_in(titles) or _is_said(rule.words, subject)


def _is_said(phrases: tuple[str, ...], subject: Subject) -> bool:
    return next(phrases_of(phrases).found_in(subject), None) is not None


def _is_known_to_the_model(rule: Rule, subject: Subject) -> bool | None:
    """Return whether the clause models say that the protection is there; None if they are unsure.

    Only what reads the opposite out of the text may overrule words that are there.
    """
    told = subject.told_clauses
    if not (told and rule.fed_by):
        return None
    for label, least in rule.fed_by.items():
        standpoint = told.standpoints.get(label)
        if standpoint and standpoint.contradicted >= _SURE:
            return False
        if standpoint and standpoint.entailed >= _SURE:
            return True
        if told.presence.get(label, 0.0) >= (least or _SURE):
            return True
    return None
