"""Clauses to check in an agreement: found by phrases and by the clause model, weighed by policy.

The level is that of the rule for the party who reads, one step up for each modifier that raises it
and one down for each that lowers it. It is a reason to look, and no legal advice.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Final, Literal

import msgspec

from ai_prism.core.model import BlockKind, Finding, Level, Party
from ai_prism.core.phrase_rule import Unit, places, ready
from ai_prism.core.phrases import phrases_of
from ai_prism.core.risk import sides
from ai_prism.core.risk.clauses import Clause
from ai_prism.core.risk.policy import RiskRule
from ai_prism.core.rules import Examples
from ai_prism.core.subject import Span, Subject

#: A clause longer than this is quoted around the words that told it.
_LONGEST_QUOTE: Final = 480
#: The thresholds of rare labels lie where most of them are found; people want most to be right.
_SURE: Final = 0.5
_LONGEST_PHRASE: Final = 90
#: A list is led in by one of so many blocks before.
_LEAD_IN_BLOCKS: Final = 12
#: So few words without an end are a heading, or a line of contents.
_LONGEST_TITLE_WORDS: Final = 8
#: What the model alone tells, less surely than this, is a hint: of those on documents that nobody
#: had tuned it to, few were right below and nearly all above.
_INSISTS: Final = 0.75
_ITEM: Final = re.compile(r"\(?[a-z\divx]{1,4}[.)]\s")
#: A licence for everybody, which nobody negotiates.
_PUBLIC: Final = re.compile(
    r"(?i)creative commons|public licen[sc]e|permission is hereby granted, free of charge"
    r"|apache licen[sc]e|redistribution and use in source"
)
_OPENING_CHARACTERS: Final = 600
_BREAKS: Final = ";:\n"


class Modifier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words around a clause that make it graver or milder."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    says: str  #: what it means, to stand after "because"
    phrases: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    unless: tuple[str, ...] = ()
    within: Literal["sentence", "section"] = "sentence"
    steps: Annotated[int, msgspec.Meta(ge=1, le=2)] = 1  #: how many levels it is graver or milder
    examples: Examples  #: sentences that have it, and sentences that do not

    def __post_init__(self) -> None:
        """Refuse phrases that nobody can look for."""
        phrases_of(self.phrases)
        phrases_of(self.unless)

    def stands_in(self, words: str) -> bool:
        """Return whether *words* have it."""
        has_it = phrases_of(self.phrases).stand_in(words)
        return has_it and not phrases_of(self.unless).stand_in(words)


class Rule(RiskRule, frozen=True, kw_only=True):
    """Tells a clause by its `phrases` or by the labels that it is `fed_by`."""

    evidence_names = ("phrase", "raised", "lowered", "party")

    phrases: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    unit: Unit = "sentence"
    raised_by: tuple[Modifier, ...] = ()
    lowered_by: tuple[Modifier, ...] = ()
    #: On whom it weighs: who acts in it ("shall indemnify"), the other ("may change"), or both.
    borne_by: Literal["actor", "other", "both"] = "both"
    most_findings: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 4

    def __post_init__(self) -> None:
        """Refuse phrases that nobody can look for."""
        ready(self)


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    """A clause in the text, with the words that told it."""

    start: int
    end: int
    words: tuple[Span, ...]
    sureness: float
    engine: str
    level: Level = Level.MEDIUM
    raised: tuple[Modifier, ...] = ()
    lowered: tuple[Modifier, ...] = ()
    spares: bool = False  #: it binds the other side only


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return one finding for each section that has such a clause, the gravest first."""
    if _PUBLIC.search(subject.document.text, 0, _OPENING_CHARACTERS):
        return
    by_section: dict[str, list[_Place]] = {}
    for place in _merged(_by_phrases(rule, subject), _by_model(rule, subject)):
        section = subject.section_at(place.start)
        by_section.setdefault(section.id if section else "", []).append(
            _weighed(rule, subject, place)
        )
    groups = [sorted(group, key=_gravity) for group in by_section.values()]
    ordered = sorted(groups, key=lambda group: _gravity(group[0]))
    for position, group in enumerate(ordered):
        finding = _finding(rule, subject, group)
        yield _as_a_repeat(finding) if position else finding


def _as_a_repeat(finding: Finding) -> Finding:
    """Return a small remark: the gravest is worth a word, and each hurts where it stands."""
    return msgspec.structs.replace(finding, severity=Level.LOW, impact=finding.severity)


def _by_phrases(rule: Rule, subject: Subject) -> Iterator[_Place]:
    for span in places(rule, subject):
        start, end = subject.sentence_at(span[0])
        if _is_title(subject.document.text[start:end]):
            continue
        yield _Place(
            start=start, end=max(end, span[1]), words=(span,), sureness=1.0, engine="rules"
        )


def _is_title(words: str) -> bool:
    return len(words.split()) <= _LONGEST_TITLE_WORDS and words.rstrip()[-1:] not in ".;:!?,”)"


def _by_model(rule: Rule, subject: Subject) -> Iterator[_Place]:
    told = subject.told_clauses
    if not (told and rule.fed_by):
        return
    thresholds = {
        label: max(_SURE, least or told.thresholds.get(label, 1.0))
        for label, least in rule.fed_by.items()
    }
    for clause in told.sentences:
        label, probability = _likeliest(clause, rule.fed_by)
        words = subject.document.text[clause.start : clause.end]
        if (
            label
            and probability >= thresholds[label]
            and not phrases_of(rule.unless).stand_in(words)
        ):
            yield _Place(
                start=clause.start,
                end=clause.end,
                words=tuple(clause.words.get(label, ())),
                sureness=min(1.0, probability / rule.confidence) if rule.confidence else 0.0,
                engine="model",
            )


def _likeliest(clause: Clause, labels: Iterable[str]) -> tuple[str, float]:
    chances = {label: clause.probabilities.get(label, 0.0) for label in labels}
    label = max(chances, key=lambda name: chances[name], default="")
    return label, chances.get(label, 0.0)


def _merged(by_phrases: Iterable[_Place], by_model: Iterable[_Place]) -> Iterator[_Place]:
    """Return the places of both in reading order; where they mean the same words, one place."""
    last: _Place | None = None
    for place in sorted([*by_phrases, *by_model], key=lambda place: (place.start, place.end)):
        if last and place.start < last.end:
            last = msgspec.structs.replace(
                last,
                end=max(last.end, place.end),
                words=(*last.words, *place.words) if "rules" in last.engine else place.words,
                sureness=max(last.sureness, place.sureness),
                engine="rules" if "rules" in (last.engine, place.engine) else "model",
            )
            continue
        if last:
            yield last
        last = place
    if last:
        yield last


def _weighed(rule: Rule, subject: Subject, place: _Place) -> _Place:
    text = subject.document.text
    section = subject.section_at(place.start)
    around = {
        "sentence": _led_in(subject, place.start) + text[place.start : place.end],
        "section": text[section.start : section.end] if section else text,
    }
    raised = tuple(m for m in rule.raised_by if m.stands_in(around[m.within]))
    lowered = tuple(m for m in rule.lowered_by if m.stands_in(around[m.within]))
    spares = _spares(rule, subject, place)
    is_hint = place.engine == "model" and place.sureness * rule.confidence < _INSISTS
    rank = (
        rule.level_for(subject.party).rank
        - sum(modifier.steps for modifier in raised)
        + sum(modifier.steps for modifier in lowered)
    )
    level = Level.LOW if spares or is_hint else list(Level)[min(max(rank, 0), len(Level) - 1)]
    return msgspec.structs.replace(
        place, level=level, raised=raised, lowered=lowered, spares=spares
    )


def _led_in(subject: Subject, offset: int) -> str:
    """Return the words that lead in the list at *offset*: "If you break these rules we may:"."""
    block = subject.block_at(offset)
    blocks = subject.document.blocks
    if block is None or not (
        block.kind is BlockKind.LIST_ITEM
        or _ITEM.match(subject.document.text, block.start, block.end)
    ):
        return ""
    place = subject.place_of(block)
    for before in reversed(blocks[max(0, place - _LEAD_IN_BLOCKS) : place]):
        if before.kind is BlockKind.HEADING:
            return ""
        words = subject.document.text_of(before).rstrip()
        if words.endswith(":"):
            return f"{words} "
    return ""


def _spares(rule: Rule, subject: Subject, place: _Place) -> bool:
    """Return whether the clause plainly weighs on the other side than the reader's."""
    if rule.borne_by == "both" or subject.party is Party.NEUTRAL:
        return False
    before = place.words[0][0] if place.words else place.end
    actor = sides.actor(subject.document.text[place.start : before])
    if actor is None:
        return False
    bearer = actor if rule.borne_by == "actor" else sides.opposite(actor)
    return bearer is not sides.side_of(subject.party)


def _gravity(place: _Place) -> tuple[int, float, int]:
    return place.level.rank, -place.sureness, place.start


def _finding(rule: Rule, subject: Subject, group: Sequence[_Place]) -> Finding:
    gravest = group[0]
    finding = rule.finding(
        subject,
        [_quoted(subject, place) for place in group],
        weighed=[span for place in group for span in place.words],
        sureness=gravest.sureness,
        severity=gravest.level,
        likelihood=rule.likelihood,
        engine=gravest.engine,
        phrase=_phrase(subject, gravest),
        raised=tuple(modifier.name for modifier in gravest.raised),
        lowered=tuple(modifier.name for modifier in gravest.lowered),
        party=subject.party.value,
    )
    return msgspec.structs.replace(finding, message=f"{finding.message}{_because(gravest)}")


def _because(place: _Place) -> str:
    if place.spares:
        return " It binds the other side."
    graver = "; ".join(modifier.says for modifier in place.raised)
    milder = "; ".join(modifier.says for modifier in place.lowered)
    return (f" It weighs more, because {graver}." if graver else "") + (
        f" It weighs less, because {milder}." if milder else ""
    )


def _phrase(subject: Subject, place: _Place) -> str:
    start, end = place.start, place.end
    if place.engine == "rules" and place.words:
        start, end = place.words[0]  # those of the model weighed most, which can be any
    words = " ".join(subject.document.text[start:end].split())
    if len(words) <= _LONGEST_PHRASE:
        return words
    return f"{words[:_LONGEST_PHRASE].rsplit(' ', 1)[0]} …"


def _quoted(subject: Subject, place: _Place) -> Span:
    """Return the clause, or the part of a long one around the words that told it."""
    if place.end - place.start <= _LONGEST_QUOTE or not place.words:
        return place.start, min(place.end, place.start + 2 * _LONGEST_QUOTE)
    text = subject.document.text
    first, last = place.words[0][0], max(place.words[0][1], place.words[0][0] + 1)
    room = (_LONGEST_QUOTE - min(last - first, _LONGEST_QUOTE)) // 2
    earliest, latest = max(place.start, first - room), min(place.end, last + room)
    start = max((text.rfind(mark, earliest, first) + 1 for mark in _BREAKS), default=0)
    ends = [found for mark in _BREAKS if (found := text.find(mark, last, latest)) >= 0]
    start, end = _at_words(text, (start or earliest, min(ends, default=latest)), place)
    return (start, end) if start < end else (first, last)


def _at_words(text: str, span: Span, place: _Place) -> Span:
    """Return *span* without blanks at its ends and without halves of words."""
    start, end = span
    while start > place.start and text[start - 1].isalnum() and text[start].isalnum():
        start += 1
    while end < place.end and text[end - 1].isalnum() and text[end].isalnum():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
