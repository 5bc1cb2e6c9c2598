"""Defined terms of a contract: used without a definition, defined and not used, defined twice."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Final, Literal

import msgspec

from ai_prism.core.model import BlockKind, Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

_TERM: Final = r"[A-Z][\w’'&/-]{1,30}(?:\s(?:of|and|or|the|for|to)?\s?[A-Z][\w’'&/-]{1,30}){0,4}"
_NAMED: Final = rf"[“\"]({_TERM})[”\"]"
_DEFINITION: Final = re.compile(
    rf"{_NAMED}\**\s{{0,2}}(?:(?:,|or|and)\s{_NAMED}\s)?(?:\([^()\n]{{1,60}}\)\s)?"
    r"(?:means|shall mean|refers to|has the meaning|shall have the meaning|is defined|is the"
    r"|are the|is any|is a\b|=|:)"
    rf"|\((?:[^()“”\"\n]{{0,60}}?\s)?{_NAMED}(?:\s?(?:,|or|and)\s?{_NAMED})?"
    r"[^()“”\"\n]{0,20}\)"
    rf"|\A\**({_TERM})\**\s(?:means|shall mean|refers to)\b"
    rf"|\b(?:use|uses) the (?:term|word)s?\s{_NAMED}"
)
#: Two words with capitals after an article, inside a sentence: "the Service Credits".
_USE: Final = re.compile(
    r"\b(?i:the|this|such|any|each|all|these|an?|no)\s"
    r"([A-Z][a-z]{2,20}\s(?:[A-Z][a-z]{2,20})(?:\s[A-Z][a-z]{2,20})?)(?![\w-]|\s[A-Z])"
)
#: Names of laws, offices, places and parts of documents are no terms.
_NAME: Final = re.compile(
    r"\b(?:Act|Code|Law|Laws|Court|Courts|Directive|Regulation|Regulations|State|States|Union|Kingdom|Republic"
    r"|Commission|Convention|Agency|Ministry|Department|Office|University|Bank|Inc|Ltd|Policy|Policies|Guidelines"
    r"|Terms|Agreement|Agreements|Statement|Schedule|Appendix|Section|Privacy|Rights|Rules|Foundation|Institute"
    r"|Association|Committee|Board|Officer|Director|Manager|License|Licence|Documentation|Program|Notice|Form"
    r"|North|South|East|West|Internet|Google|Microsoft|Amazon|Apple|English|American|European|Addendum|Contract"
    r"|Security|Insurance|Government|Federal|Arbitration|Center|Centre|Copyright|Commercial|Data)\b"
)
_NOT_ITS_OWN: Final = (BlockKind.CODE, BlockKind.QUOTE, BlockKind.CONTENTS, BlockKind.FURNITURE)
#: Where the document says so, its other words with capitals are defined in another one.
_DEFINED_ELSEWHERE: Final = re.compile(
    r"(?i)\b(?:meanings?|definitions?|descriptions?)\s(?:given|set out|set forth|assigned|stated)\s"
    r"(?:to\s(?:them|it|such terms)\s)?(?:on|in|by)\s(?:a|an|the|each)\s"
    r"(?:cover page|order form|key terms|framework|main|master|principal)\b"
)
#: A document that defines fewer terms than this does not work with defined terms.
_FEWEST_DEFINED: Final = 2


class Rule(BaseRule, frozen=True, kw_only=True):
    """Flags terms that are `undefined`, `unused` or defined `twice`."""

    evidence_names = ("term",)

    fault: Literal["undefined", "unused", "twice"] = "undefined"
    least_uses: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each term at fault."""
    defined = _definitions(subject)
    if rule.fault == "twice":
        for term, spans in defined.items():
            if len(spans) > 1:
                yield rule.finding(
                    subject, spans[1:], related=spans[:1], occurrences=len(spans), term=term
                )
    elif len(defined) >= _FEWEST_DEFINED and rule.fault == "unused":
        yield from _unused(rule, subject, defined)
    elif len(defined) >= _FEWEST_DEFINED and not _DEFINED_ELSEWHERE.search(subject.document.text):
        yield from _undefined(rule, subject, defined)


def _unused(rule: Rule, subject: Subject, defined: dict[str, list[Span]]) -> Iterator[Finding]:
    text = subject.document.text.casefold()
    counts = Counter(re.findall(r"[\w’'&/-]{1,31}", text))
    for term, spans in defined.items():
        stem = term.casefold()[: -1 if term.endswith(("y", "s")) else None]
        # The rarest word of the term decides whether counting the whole term is worth while.
        rarest = min(_uses_of(word, counts) for word in stem.split())
        if rarest <= len(spans) + 2 and text.count(stem) == len(spans):
            yield rule.finding(subject, spans[:1], term=term)


def _uses_of(word: str, counts: Counter[str]) -> int:
    return sum(counts[form] for form in (word, f"{word}s", f"{word}y", f"{word}ies"))


def _undefined(rule: Rule, subject: Subject, defined: dict[str, list[Span]]) -> Iterator[Finding]:
    uses: dict[str, list[Span]] = {}
    elsewhere = set()
    for match, _ in subject.matches(_USE):
        if match.string.startswith((" (as defined", " (as such", " has the meaning"), match.end()):
            elsewhere.add(_singular(match[1]))  # in another document
        uses.setdefault(_singular(match[1]), []).append(match.span(1))
    known = elsewhere | {_singular(term) for term in defined}
    known_words = {word for term in known for word in term.split()}
    titles = " ".join(section.title for section in subject.sections).casefold()
    for spans in uses.values():
        term = subject.document.text[slice(*spans[0])]
        parts = _singular(term).split()
        is_known = (
            _singular(term) in known
            or known_words.issuperset(parts)
            or (any(" ".join(parts[:n]) in known or " ".join(parts[n:]) in known for n in (1, 2)))
        )
        if len(spans) < rule.least_uses or is_known or _NAME.search(term):
            continue
        if term.casefold() not in titles:
            yield rule.finding(subject, spans, term=term)


def _definitions(subject: Subject) -> dict[str, list[Span]]:
    defined: dict[str, list[Span]] = {}
    text = subject.document.text
    for block in subject.document.blocks:
        if block.kind in _NOT_ITS_OWN:
            continue
        for match in _DEFINITION.finditer(text, block.start, block.end):
            for group in range(1, 7):
                if match[group]:
                    defined.setdefault(" ".join(match[group].split()), []).append(match.span(group))
    return defined


def _singular(term: str) -> str:
    words = " ".join(term.casefold().split())
    if words.endswith("ies"):
        return f"{words[:-3]}y"
    return words.removesuffix("s")
