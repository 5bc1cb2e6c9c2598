"""An acronym that is used and never spelt out."""

import re
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from ai_prism.core.model import BlockKind, Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject
from ai_prism.core.word_lists import KNOWN_ACRONYMS, words

_ACRONYM: Final = re.compile(
    r"(?<![\w&/.#@$%{<=-])([A-Z][A-Z&]{0,4}[A-Z])(?:s)?(?![\w&/=>}-]|\.\w)"
)
_SPELT_OUT: Final = re.compile(
    r"[(“\"‘'\[]{1,2}(?:or )?([A-Z][A-Z0-9&]{1,5})s?[)”\"’'\]]"  # Long Form (LF), or "LF"
    r"|\b([A-Z][A-Z0-9&]{1,5})s?\s?(?:\((?=[^()]{0,20}[a-z])"  # LF (long form)
    r"|\s(?:stands for|is short for|means|refers to|is an? (?:abbreviation|acronym))\b|\s?[:=–—]\s)"
)
_LONG_FORM: Final = re.compile(
    r"\b[A-Z][\w’']{0,30}(?:[ \t-]{1,2}(?:(?:of|and|for|the|to|in|on)[ \t])?[A-Z][\w’']{0,30}){1,5}"
)
_SMALL: Final = words("of and for the to in on")
_LOWER_WORD: Final = re.compile(r"(?<![\w'’-])[a-z]{2,6}(?![\w'’-])")
_UPPER: Final = re.compile(r"[A-Z]")
_LOWER: Final = re.compile(r"[a-z]")


class Rule(BaseRule, frozen=True):
    """Flags acronyms used at least `least_uses` times and spelt out nowhere."""

    evidence_names = ("acronym",)

    least_uses: Annotated[int, msgspec.Meta(ge=1, le=100)] = 2


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each acronym that the document leaves unexplained."""
    uses = _uses(subject)
    if not uses:
        return
    explained = _explained(subject)
    text = subject.document.text
    ordinary = set(_LOWER_WORD.findall(text))
    for acronym, spans in uses.items():
        is_word = not ordinary.isdisjoint((acronym.lower(), f"{acronym.lower()}s"))
        if len(spans) >= rule.least_uses and acronym not in explained and not is_word:
            yield rule.finding(subject, spans, acronym=acronym)


def _uses(subject: Subject) -> dict[str, list[Span]]:
    uses: dict[str, list[Span]] = {}
    text = subject.document.text
    shouted: tuple[int, bool] = (-1, False)
    for match, block in subject.matches(_ACRONYM):
        if match[1] in KNOWN_ACRONYMS or match[0].upper() in KNOWN_ACRONYMS:
            continue
        if shouted[0] != block.start:
            shouted = (block.start, _is_shouted(text[block.start : block.end]))
        if not shouted[1] and not _has_loud_neighbour(match):
            uses.setdefault(match[1], []).append(match.span(1))
    return uses


def _is_shouted(words_of_block: str) -> bool:
    """Return whether a block is set in capitals, so that nothing in it tells an acronym."""
    upper, lower = len(_UPPER.findall(words_of_block)), len(_LOWER.findall(words_of_block))
    return upper > lower and upper > 12


def _has_loud_neighbour(match: re.Match[str]) -> bool:
    """Return whether a word in capitals stands beside it: "PLEASE DO NOT", "CC BY", not prose."""
    before = match.string[max(match.pos, match.start() - 12) : match.start()].split()
    after = match.string[match.end() : min(match.endpos, match.end() + 12)].split()
    return any(
        len(word) > 1 and word.isalpha() and word.isupper() for word in (*before[-1:], *after[:1])
    )


def _explained(subject: Subject) -> set[str]:
    """Return the acronyms that stand beside their long form, or whose long form stands anywhere."""
    text = subject.document.text
    explained = {match[1] or match[2] for match in _SPELT_OUT.finditer(text)}
    for match in _LONG_FORM.finditer(text):
        explained |= _initials(re.split(r"[ \t-]{1,2}", match[0]))
    for block in subject.document.blocks:
        if block.cell and block.cell.column == 0:
            explained.add(subject.document.text_of(block))
        elif block.kind is BlockKind.HEADING:
            explained.update(re.findall(r"^[A-Z]{2,6}$", subject.document.text_of(block)))
    return explained


def _initials(long_form: list[str]) -> set[str]:
    """Return what *long_form*, or a part of it, may be shortened to: "Our Service Desk" to SD."""
    found = set()
    for first in range(len(long_form) - 1):
        for last in range(first + 2, len(long_form) + 1):
            part = long_form[first:last]
            found.add("".join(word[0] for word in part if word not in _SMALL))
            found.add("".join(word[0].upper() for word in part))
    return found
