"""Looking for the phrases of a rule: where a document has them, and where they do not count."""

from collections.abc import Callable, Iterator
from typing import Literal, Protocol, TypeAlias

from ai_prism.core.phrases import phrases_of
from ai_prism.core.subject import Span, Subject

#: What has to hold what a rule needs, and nothing that excuses it.
Unit: TypeAlias = Literal["sentence", "section", "document"]


class PhraseRule(Protocol):
    """A rule that looks for `phrases`, in a `unit` with all it `needs` and nothing of `unless`."""

    @property
    def phrases(self) -> tuple[str, ...]:
        """What is looked for."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Without any of these in the unit it does not count."""

    @property
    def unless(self) -> tuple[str, ...]:
        """With one of these in the unit it does not count."""

    @property
    def under(self) -> tuple[str, ...]:
        """Words of the titles under which it looks; none means everywhere."""

    @property
    def unit(self) -> Unit:
        """How far `needs` and `unless` are looked for."""


def ready(rule: PhraseRule) -> None:
    """Make the phrases of *rule* ready.

    Raises:
        InvalidPhrase: one of them cannot be understood.
    """
    for phrases in (rule.phrases, rule.needs, rule.unless, rule.under):
        phrases_of(phrases)


def places(
    rule: PhraseRule, subject: Subject, lets_pass: Callable[[int], bool] = lambda _: False
) -> Iterator[Span]:
    """Return the first phrase of each unit, where the unit is at fault.

    *lets_pass* is asked about the start of each phrase, and what it lets pass is left out.
    """
    last: Span = (-1, -1)
    for start, end in phrases_of(rule.phrases).found_in(subject):
        if start < last[1] or subject.is_quoted(start, end):
            continue
        if rule.under and not _is_under(rule, subject, start):
            continue
        if lets_pass(start):
            continue
        unit = _unit(rule, subject, start)
        words = subject.document.text[unit[0] : unit[1]]
        if phrases_of(rule.unless).stand_in(words):
            continue
        if rule.needs and not phrases_of(rule.needs).stand_in(words):
            continue
        yield start, end
        last = unit if rule.unit == "sentence" else (start, end)
        if rule.unit == "document":
            return


def _is_under(rule: PhraseRule, subject: Subject, offset: int) -> bool:
    titles = phrases_of(rule.under)
    return any(titles.stand_in(title) for title in subject.titles_around(offset))


def _unit(rule: PhraseRule, subject: Subject, offset: int) -> Span:
    if rule.unit == "sentence":
        return subject.sentence_at(offset)
    section = subject.section_at(offset) if rule.unit == "section" else None
    return (section.start, section.end) if section else (0, len(subject.document.text))
