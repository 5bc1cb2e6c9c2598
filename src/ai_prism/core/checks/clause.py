"""Clauses to check in an agreement: found by phrases and by the clause model, weighed by policy.

The level is that of the rule for the party who reads, one step up for each modifier that raises it
and one down for each that lowers it. It is a reason to look, and no legal advice.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Final, Literal

import msgspec

from ai_prism.core import clause_context
from ai_prism.core.model import Finding, Level, Party
from ai_prism.core.phrase_rule import Unit, places, ready
from ai_prism.core.phrases import phrases_of
from ai_prism.core.risk import sides
from ai_prism.core.risk.clauses import Clause
from ai_prism.core.risk.policy import RiskRule
from ai_prism.core.rules import Examples
from ai_prism.core.subject import Span, Subject

#: The thresholds of rare labels lie where most of them are found; people want most to be right.
_SURE: Final = 0.5
_LONGEST_PHRASE: Final = 90
#: So few words without an end are a heading, or a line of contents.
_LONGEST_TITLE_WORDS: Final = 8
#: What the model alone tells, less surely than this, is a hint: of those on documents that nobody
#: had tuned it to, few were right below and nearly all above.
_INSISTS: Final = 0.75
#: From here on the model is a second witness to what phrases told: of those on documents that
#: nobody had tuned it to, the share that readers found right jumps here.
_SECONDS: Final = 0.7
#: A licence for everybody, which nobody negotiates.
_PUBLIC: Final = re.compile(
    r"(?i)creative commons|public licen[sc]e|permission is hereby granted, free of charge"
    r"|apache licen[sc]e|redistribution and use in source"
)
#: "The following provisions shall survive termination: …" tells which clauses stand elsewhere.
_POINTS_ELSEWHERE: Final = re.compile(
    r"(?is)\W*(?:[\d.()]+\s+)?(?:all|any|the|those|such|this|sections?|clauses?|paragraphs?"
    r"|articles?|provisions?)\b.{0,120}\bsurviv(?:e|es)\b"
)
#: The modifier of what both sides promise; it also holds where each does so in its own sentence.
_BOTH_SIDES: Final = "both-sides"
_OPENING_CHARACTERS: Final = 600


class Modifier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words around a clause that make it graver or milder."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    says: str  #: what it means, to stand after "because"
    phrases: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    unless: tuple[str, ...] = ()
    #: How far they are looked for; a passage is the sentence and the three after it.
    within: Literal["sentence", "passage", "section"] = "sentence"
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

    evidence_names = ("phrase", "raised", "lowered", "party", "signs")

    phrases: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    unit: Unit = "sentence"
    raised_by: tuple[Modifier, ...] = ()
    lowered_by: tuple[Modifier, ...] = ()
    #: On whom it weighs: who acts in it ("shall indemnify"), the other ("may change"), or both.
    borne_by: Literal["actor", "other", "both"] = "both"
    #: Words of headings that such clauses stand under: a sign that it is one.
    headings: tuple[str, ...] = ()
    most_findings: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 4

    def __post_init__(self) -> None:
        """Refuse phrases that nobody can look for."""
        ready(self)
        phrases_of(self.headings)


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
    signs: tuple[str, ...] = ()  #: what speaks for it beside the words that told it


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return one finding for each section that has such a clause, the gravest first."""
    if _PUBLIC.search(subject.document.text, 0, _OPENING_CHARACTERS):
        return
    places = list(_merged(_by_phrases(rule, subject), _by_model(rule, subject)))
    mutual = _mutual(rule, subject, places)
    by_section: dict[str, list[_Place]] = {}
    for place in places:
        section = subject.section_at(place.start)
        by_section.setdefault(section.id if section else "", []).append(
            _weighed(rule, subject, place, mutual)
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
        if _is_title(subject.document.text[start:end]) or _points_elsewhere(subject, start, span):
            continue
        yield _Place(
            start=start, end=max(end, span[1]), words=(span,), sureness=1.0, engine="rules"
        )


def _points_elsewhere(subject: Subject, start: int, span: Span) -> bool:
    """Return whether the words at *span* only name a clause that survives, and are not about it."""
    survives = _POINTS_ELSEWHERE.match(subject.document.text, start, span[1])
    return survives is not None and survives.end() <= span[0]


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


def _mutual(rule: Rule, subject: Subject, places: Sequence[_Place]) -> tuple[Modifier, ...]:
    """Return the modifier for what both sides promise, where each does so in its own sentence."""
    if rule.borne_by != "actor":
        return ()
    actors = {_who_acts(rule, subject, place) for place in places}
    if not {Party.SUPPLIER, Party.CUSTOMER} <= actors:
        return ()
    return tuple(modifier for modifier in rule.lowered_by if modifier.name == _BOTH_SIDES)


def _who_acts(rule: Rule, subject: Subject, place: _Place) -> Party | None:
    """Return who acts in *place*: who stands before its words, or not behind them.

    Many agreements name one side by its name alone: "Acme shall indemnify the Customer". What one
    side may change, on the other hand, may be a thing of either.
    """
    text = subject.document.text
    start, end = place.words[0] if place.words else (place.end, place.end)
    if party := sides.actor(text[place.start : start]):
        return party
    other = sides.acted_on(text[end : place.end]) if rule.borne_by == "actor" else None
    return sides.opposite(other) if other else None


def _weighed(rule: Rule, subject: Subject, place: _Place, mutual: tuple[Modifier, ...]) -> _Place:
    text = subject.document.text
    section = subject.section_at(place.start)
    words = text[place.start : place.end]
    sentence = (
        clause_context.lead_in(subject, place.start)
        + words
        + clause_context.conditions(subject, place.end, words)
    )
    around = {
        "sentence": sentence,
        "passage": f"{sentence} {clause_context.what_follows(subject, place.end)}",
        "section": text[section.start : section.end] if section else text,
    }
    raised = tuple(m for m in rule.raised_by if m.stands_in(around[m.within]))
    lowered = tuple(m for m in rule.lowered_by if m in mutual or m.stands_in(around[m.within]))
    spares = _spares(rule, subject, place)
    is_hint = place.engine == "model" and place.sureness * rule.confidence < _INSISTS
    rank = (
        rule.level_for(subject.party).rank
        - sum(modifier.steps for modifier in raised)
        + sum(modifier.steps for modifier in lowered)
    )
    level = Level.LOW if spares or is_hint else list(Level)[min(max(rank, 0), len(Level) - 1)]
    signs = _signs(rule, subject, place)
    if raised and not lowered:
        signs = (*signs, "raised")
    return msgspec.structs.replace(
        place, level=level, raised=raised, lowered=lowered, spares=spares, signs=signs
    )


def _signs(rule: Rule, subject: Subject, place: _Place) -> tuple[str, ...]:
    """Return what else says that *place* is such a clause: the model, or the headings above it."""
    model = any(
        _likeliest(clause, rule.fed_by)[1] >= _SECONDS
        for clause in subject.told_clauses.around(place.start, place.end)
    )
    titles = "\n".join(subject.titles_around(place.start))
    heading = bool(rule.headings) and phrases_of(rule.headings).stand_in(titles)
    return (*(("model",) if model else ()), *(("heading",) if heading else ()))


def _spares(rule: Rule, subject: Subject, place: _Place) -> bool:
    """Return whether the clause plainly weighs on the other side than the reader's."""
    if rule.borne_by == "both" or subject.party is Party.NEUTRAL:
        return False
    actor = _who_acts(rule, subject, place)
    if actor is None:
        return False
    bearer = actor if rule.borne_by == "actor" else sides.opposite(actor)
    return bearer is not sides.side_of(subject.party)


def _gravity(place: _Place) -> tuple[int, int, float, int]:
    return place.level.rank, -len(place.signs), -place.sureness, place.start


def _finding(rule: Rule, subject: Subject, group: Sequence[_Place]) -> Finding:
    gravest = group[0]
    finding = rule.finding(
        subject,
        [clause_context.quote(subject, (place.start, place.end), place.words) for place in group],
        weighed=[span for place in group for span in place.words],
        sureness=gravest.sureness,
        severity=gravest.level,
        likelihood=rule.likelihood,
        engine=gravest.engine,
        phrase=_phrase(subject, gravest),
        raised=tuple(modifier.name for modifier in gravest.raised),
        lowered=tuple(modifier.name for modifier in gravest.lowered),
        party=subject.party.value,
        signs=gravest.signs,
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
