"""Something left to fill in: TBD, [insert name], ____, lorem ipsum."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

# A TODO list is a thing, not a gap.
_PLACEHOLDER: Final = re.compile(
    r"\b(?<!\ba )(?:TBD|TBC|TBA|TODO|FIXME|T\.B\.D\.|T\.B\.C\.)"
    r"(?!\w|-\w|\s(?:(?:and|or)\s\w{1,10}\s)?(?:list|item|comment|app)s?\b)"
    r"|(?i:\b(?:is|are|still|yet)\s(?:still\s)?to be (?:determined|decided|confirmed|defined)"
    r"(?=[.)\]]?\s{0,9}\Z)"
    r"|\[(?:insert|enter|fill in|your|add|name of|(?:company|client|customer|party) name|address"
    r"|(?:effective |start |end )?date|amount|title|version|number)\b[^\[\]\n]{0,80}\]"
    r"|<(?:insert|enter|fill in|your|add|name of|company name|client name|customer name)\b"
    r"[^<>\n]{0,80}>"
    r"|\blorem ipsum\b)"
    r"|\[[●•_]{1,20}\]"
    r"|\{\{[^{}\n]{1,60}\}\}"
    r"|(?<![\w?])(?:\d{4}-)?(?:XX|\?\?)[-/.:](?:XX|\?\?)(?![\w?])"  # a date with no day yet
    r"|(?<![\w_])_{4,200}(?!\w)"
)
#: What a form leaves blank on purpose, for ink.
_TO_SIGN: Final = re.compile(
    r"(?i)\b(?:sign(?:ed|ature)?|initials?|by|name|title|date|place|witness|print(?:ed)?)\b"
    r"[^_\n]{0,30}\Z"
)


class Rule(BaseRule, frozen=True):
    """Flags each place left to fill in; equal ones in one section are one finding."""

    evidence_names = ("placeholder",)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each placeholder in each section."""
    groups: dict[tuple[str, str], list[Span]] = {}
    for match, _ in subject.matches(_PLACEHOLDER):
        if subject.is_quoted(*match.span()) or _is_for_ink(match) or _is_a_link(match):
            continue
        section = subject.section_at(match.start())
        words = match[0]
        if words.startswith("_"):
            # Blanks of any length are one thing, and a form with forty of them is told once.
            words, section = "____", None
        groups.setdefault((section.id if section else "", words), []).append(match.span())
    for (_, words), spans in groups.items():
        yield rule.finding(subject, spans, placeholder=words)


def _is_a_link(match: re.Match[str]) -> bool:
    """Return whether the brackets are the words of a link in a syntax that was not read."""
    return match[0].endswith("]") and match.string.startswith(("(", "["), match.end())


def _is_for_ink(match: re.Match[str]) -> bool:
    before = match.string[max(match.pos, match.start() - 40) : match.start()]
    return match[0].startswith("_") and bool(_TO_SIGN.search(before))
