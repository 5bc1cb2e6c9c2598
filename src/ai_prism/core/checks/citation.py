"""A citation in brackets that the list of references does not have."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import Finding, Section
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

_TITLE: Final = re.compile(
    r"(?i)[\d.\s]{0,8}(?:references|bibliography|sources|works cited|notes|endnotes)\s?"
)
_ENTRY: Final = re.compile(r"\[(\d{1,3})\]")
_CITED: Final = re.compile(r"(?<![\w\])])\s?\[(\d{1,3}(?:\s?[,–-]\s?\d{1,3}){0,9})\](?![\w(\[])")

#: What stands before the number of a line, or an index of an array: a name with an underscore.
_IN_CODE: Final = re.compile(r"(?:\blines?|=|\w{0,40}_\w{0,40})\s?\Z")


class Rule(BaseRule, frozen=True):
    """Flags numbers in brackets beyond those that the list of references explains."""

    evidence_names = ("number", "last")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each such number, with all its places."""
    listed = next((s for s in subject.sections if _TITLE.fullmatch(s.title)), None)
    entries = _entries(subject, listed) if listed else set()
    if listed is None or len(entries) < 2:
        return
    missing: dict[int, list[Span]] = {}
    for match, block in subject.matches(_CITED):
        if listed.start <= match.start() < listed.end or match.start(1) - 1 == block.start:
            continue  # an entry, or the label of a line
        if _IN_CODE.search(match.string, match.pos, match.start(1) - 1):
            continue
        for number in {int(number) for number in re.findall(r"\d{1,3}", match[1])} - entries - {0}:
            if number > 2 * max(entries) + 5:
                continue  # that of a line or a page
            missing.setdefault(number, []).append(match.span())
    for number, spans in missing.items():
        yield rule.finding(subject, spans, number=number, last=max(entries))


def _entries(subject: Subject, listed: Section) -> set[int]:
    entries = set()
    for position, block in enumerate(subject.blocks_of(listed), start=1):
        match = _ENTRY.match(subject.document.text, block.start, block.end)
        number = re.match(r"\[?\(?(\d{1,3})[\]).]?", block.number)
        if match:
            entries.add(int(match[1]))
        elif number:
            entries.add(int(number[1]) or position)
    return entries
