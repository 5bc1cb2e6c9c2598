"""Sections that a whole document of its kind has, and this one lacks: one finding for all."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec

from ai_prism.core.model import Document, Finding, Section
from ai_prism.core.phrases import phrases_of
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

#: Where a document says what it is: its title and its first lines.
_OPENING_CHARACTERS = 1_500


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that belongs in a document, by the titles it goes under or the words it needs."""

    name: str
    titles: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    #: Said anywhere in the text, these will do without a section of their own.
    words: tuple[str, ...] = ()
    #: So many words between the title and the first heading will do, too; 0 means they will not.
    opening_words: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0

    def __post_init__(self) -> None:
        """Refuse phrases that nobody can look for."""
        phrases_of(self.titles)
        phrases_of(self.words)


class Rule(BaseRule, frozen=True, kw_only=True):
    """Flags a document without one or more of what is `expected`."""

    evidence_names = ("missing", "names")

    expected: Annotated[tuple[Expected, ...], msgspec.Meta(min_length=1)]
    #: With fewer sections it is a note or a part, not a whole document.
    least_sections: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3
    #: Nothing is expected where none of these is a heading; empty: everywhere.
    beside: tuple[str, ...] = ()
    #: In the title or the first lines these tell an amendment, an annex, a template.
    not_for: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse phrases that nobody can look for."""
        phrases_of(self.not_for)
        phrases_of(self.beside)


def applies(rule: Rule, document: Document, sections: Sequence[Section]) -> bool:
    """Return whether *document* is one of those that *rule* expects something of."""
    opening = f"{document.title}\n{document.text[:_OPENING_CHARACTERS]}"
    return len(sections) >= rule.least_sections and not phrases_of(rule.not_for).stand_in(opening)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return one finding that names all that is missing."""
    if not applies(rule, subject.document, subject.sections):
        return
    titles = "\n".join(section.title for section in subject.sections)
    # A heading can be a cell or a bold first word, as in "Severity: 2".
    titles += "\n" + "\n".join(subject.labels)
    if rule.beside and not phrases_of(rule.beside).stand_in(titles):
        return
    missing = [
        expected.name
        for expected in rule.expected
        if not phrases_of(expected.titles).stand_in(titles)
        and not next(phrases_of(expected.words).found_in(subject), None)
        and not 0 < expected.opening_words <= _words_under_the_title(subject)
    ]
    if missing:
        yield rule.finding(
            subject, (), occurrences=len(missing), missing=tuple(missing), names=", ".join(missing)
        )


def _words_under_the_title(subject: Subject) -> int:
    """Return how many words stand between the title and the first heading under it."""
    if len(subject.sections) < 2:
        return 0
    title, first, *_ = subject.sections
    return len(subject.document.text[title.start + len(title.title) : first.start].split())
