"""Something left to fill in: TBD, [insert name], ____, lorem ipsum."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import Finding, Level
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

# A TODO list is a thing, not a gap.
_PLACEHOLDER: Final = re.compile(
    r"\b(?<!\ba )(?:TBD|TBC|TBA|TODO|FIXME|T\.B\.D\.|T\.B\.C\.)"
    r"(?!\w|-\w|\s(?:before|after|by)\b|\s(?:(?:and|or)\s\w{1,10}\s)?(?i:list|item|comment|app)s?\b)"
    r"|(?i:\b(?:is|are|still|yet)\s(?:still\s)?to be (?:determined|decided|confirmed|defined)"
    r"(?=[.)\]]?\s{0,9}\Z)"
    r"|\[(?:insert|enter|fill in|your|add|name of|(?:company|client|customer|party) name|address"
    r"|(?:effective |start |end )?date|amount|title|version|number)\b[^\[\]\n]{0,80}\]"
    r"|<(?:insert|enter|fill in|your|add|name of|company name|client name|customer name)\b"
    r"[^<>\n]{0,80}>"
    r"|\blorem ipsum\b)"
    r"|\[[●•_]{1,20}\]"
    r"|\{\{[^{}\n]{1,60}\}\}"
    r"|(?<![\w?/-])(?:\d{4}-)?(?:XX|\?\?)[-/.:](?:XX|\?\?)(?![\w?])"  # a date with no day yet
    r"|(?<![\w_])_{4,200}(?!\w)"
)
#: What a form leaves blank on purpose, for ink.
_TO_SIGN: Final = re.compile(
    r"(?i)\b(?:sign(?:ed|ature)?|initials?|by|name|title|date|place|witness|print(?:ed)?)\b"
    r"[^_\n]{0,30}\Z"
)
#: The reader is told to fill it in.
_IS_EXPLAINED: Final = re.compile(r"(?i)\b(?:replaced?|substituted?|stands for|placeholder|curl)\b")
#: So many fields or blanks are no oversight: a machine or a person is to fill them in.
_FIELDS_OF_A_TEMPLATE: Final = 4
_CONDITION: Final = re.compile(r"\{\{\s?[#/^][^{}\n]{1,60}\}\}|\{%-?\s?(?:if|for|end)")


class Rule(BaseRule, frozen=True):
    """Flags what is left to fill in: one finding for all places of one make."""

    evidence_names = ("placeholder",)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each make of placeholder: marks, brackets, blanks, fields."""
    groups: dict[str, list[Span]] = {}
    for match, _ in subject.matches(_PLACEHOLDER):
        if subject.is_quoted(*match.span()) or _is_for_ink(match) or _is_a_link(match):
            continue
        if match[0].startswith("{") and _IS_EXPLAINED.search(_sentence(subject, match)):
            continue
        groups.setdefault(_make(match[0]), []).append(match.span())
    for make, spans in groups.items():
        # Who fills in a form or runs a template over its fields knows what is left to do.
        is_template = make in "{_" and (
            len(spans) >= _FIELDS_OF_A_TEMPLATE
            or (make == "{" and _CONDITION.search(subject.document.text))
        )
        first = subject.document.text[slice(*spans[0])]
        yield rule.finding(
            subject,
            spans,
            placeholder="____" if make == "_" else first,
            severity=Level.LOW if is_template else None,
        )


def _sentence(subject: Subject, match: re.Match[str]) -> str:
    start, end = subject.sentence_at(match.start())
    return subject.document.text[start:end]


def _make(words: str) -> str:
    """Return what tells one make of placeholder from others: its first mark, or a letter."""
    if not words.strip("[]_●•"):
        return "_"
    return words[0] if words[0] in "[<{" else "a"


def _is_a_link(match: re.Match[str]) -> bool:
    """Return whether the brackets are the words of a link in a syntax that was not read."""
    return match[0].endswith("]") and match.string.startswith(("(", "["), match.end())


def _is_for_ink(match: re.Match[str]) -> bool:
    before = match.string[max(match.pos, match.start() - 40) : match.start()]
    return match[0].startswith("_") and bool(_TO_SIGN.search(before))
