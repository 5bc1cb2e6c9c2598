"""Phrases of a closed list that should not stand where they stand: the check that is all data."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Annotated, Final

import msgspec

from ai_prism.core.model import Finding
from ai_prism.core.phrase_rule import Unit, places, ready
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

_NAME_BEFORE: Final = re.compile(r"(?<!\w)[A-Z][\w&-]{1,30}(?:['’]s)?\s{1,3}\Z")


class Rule(BaseRule, frozen=True, kw_only=True):
    """Flags `phrases`, in a `unit` that has all it `needs` and nothing it passes `unless`."""

    evidence_names = ("phrase", "phrases")

    phrases: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    unit: Unit = "sentence"
    #: One finding for the document, from so many places on, and so many in 1,000 words.
    together: bool = False
    #: A name right before the phrase tells whose it is: "the Gallup research shows".
    named_passes: bool = False
    least: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    least_per_1000_words: Annotated[float, msgspec.Meta(ge=0, le=1000)] = 0

    def __post_init__(self) -> None:
        """Refuse phrases that nobody can look for."""
        ready(self)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each unit with a phrase, or one for all of them together."""
    spans = list(places(rule, subject, partial(_lets_pass, rule, subject)))
    rate = 1000 * len(spans) / max(1, subject.document.words)
    if len(spans) < rule.least or rate < rule.least_per_1000_words:
        return
    text = subject.document.text
    for group in [spans] if rule.together and spans else _alike(text, spans):
        # Not `fromkeys` of all: a flood of places must not make a flood of words.
        distinct = dict.fromkeys(" ".join(text[slice(*span)].split()) for span in group[:200])
        yield rule.finding(
            subject,
            group,
            phrase=next(iter(distinct)),
            phrases=", ".join(f"“{words}”" for words in list(distinct)[:3]),
        )


def _alike(text: str, spans: Sequence[Span]) -> Iterable[list[Span]]:
    """Return *spans* in groups of the same words: the same slip is worth one remark."""
    groups: dict[str, list[Span]] = {}
    for span in spans:
        groups.setdefault(" ".join(text[slice(*span)].lower().split()), []).append(span)
    return groups.values()


def _lets_pass(rule: Rule, subject: Subject, offset: int) -> bool:
    return rule.named_passes and _is_named(subject, offset)


def _is_named(subject: Subject, offset: int) -> bool:
    """Return whether the word before *offset* is a name: its capital opens no sentence."""
    opening, _ = subject.sentence_at(offset)
    return bool(_NAME_BEFORE.search(subject.document.text, max(opening + 1, offset - 40), offset))
