"""A reference to a section, table, figure or appendix that the document does not have."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from ai_prism.core.labels import KINDS, NUMBERED, Labels
from ai_prism.core.model import Block, BlockKind, Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

_LABEL: Final = r"(?:\d{1,3}(?:[.-]\d{1,3}){0,6}|[A-Z](?:[.-]\d{1,3}){0,4})(?!\w)"
_REFERENCE: Final = re.compile(
    r"(?<![\w.])((?i:sections?|sect?\.|clauses?|articles?|arts?\.|chapters?|paragraphs?|paras?\.|tables?|figures?|figs?\."
    r"|appendix|appendices|annex(?:es)?)|(?:Schedules?|Exhibits?|SCHEDULES?|EXHIBITS?)|§{1,2})\s{0,3}"
    rf"(?<=[\s§])({_LABEL}(?:\s?(?:,|,?\s?(?:and|or|to|&|through)\s|[–-])\s?{_LABEL}){{0,8}})"
)
_ONE_LABEL: Final = re.compile(_LABEL)
_NUMBER: Final = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){0,6}(?!\w)")
#: What makes a reference one to another document: "of the Companies Act", "of that agreement".
_ELSEWHERE_AFTER: Final = re.compile(
    r":\s{1,2}[A-Z][a-z]|(?:\s?\([a-z0-9]{1,4}\)){0,4},?\s{1,2}(?:(?:of|to|in|under|from)\s{1,2}(?!this\b|these\b)"
    r"(?:the\s|that\s|an?\s|its\s|[A-Z])|[A-Z]{3,}\b|[\[(]?https?:)"
)
_ELSEWHERE_BEFORE: Final = re.compile(
    r"(?i:\b(?:act|code|regulations?|directive|law|gdpr|ccpa|hipaa|dmca|rfc|iso|iec|nist|cfr|c\.f\.r\."
    r"|u\.s\.c\.|usc|standard|statute|constitution|agreement|treaty|convention|rfc\s?\d{1,5})"
    r"[\s,:(]{1,3}(?:[\d.:/-]{1,12}[\s,:(]{1,3})?)\Z"
)
_INSIDE: Final = re.compile(r"(?:above|below|hereof|of\s{1,2}this|of\s{1,2}these)\b")
_BEFORE: Final = 40
_AFTER: Final = 60


class Rule(BaseRule, frozen=True):
    """Flags references inside the document that lead nowhere."""

    evidence_names = ("reference", "kind_of_label", "known")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each label that is referred to and not there, with all its places."""
    labels = Labels(subject)
    missing: dict[tuple[str, str], list[Span]] = {}
    for match, block in subject.matches(_REFERENCE):
        kind = KINDS[match[1].lower().rstrip(".")]
        if kind == "paragraph" and "." in match[2]:
            kind = "section"  # "paragraph 3" counts within a section, "paragraph 4.3" does not
        if _is_own_label(match, block) or _is_elsewhere(match):
            continue
        # "Sections 3-5" is a range, "Table 10-1" is a label.
        one_label = _NUMBER if kind in NUMBERED else _ONE_LABEL
        for label in one_label.finditer(match[2]):
            if _is_missing(kind, label[0], labels):
                missing.setdefault((kind, label[0]), []).append(match.span())
    for (kind, name), spans in missing.items():
        known = _summed_up(labels.section_numbers if kind in NUMBERED else labels.of(kind))
        yield rule.finding(
            subject, spans, reference=f"{kind} {name}", kind_of_label=kind, known=known
        )


def _is_own_label(match: re.Match[str], block: Block) -> bool:
    """Return whether the match is no reference: a caption, "this Schedule 2", a link."""
    if match.start() == block.start and block.kind is not BlockKind.CELL:
        return True
    before = match.string[max(match.pos, match.start() - 5) : match.start()]
    # In square brackets stand the words of a link, which leads where it says.
    return before.lower() == "this " or before.endswith("[")


def _is_elsewhere(match: re.Match[str]) -> bool:
    text = match.string
    after = text[match.end() : min(match.endpos, match.end() + _AFTER)]
    before = text[max(match.pos, match.start() - _BEFORE) : match.start()]
    if _INSIDE.match(after.lstrip(" ,")):
        return False
    return bool(_ELSEWHERE_AFTER.match(after) or _ELSEWHERE_BEFORE.search(before))


def _is_missing(kind: str, label: str, labels: Labels) -> bool:
    if kind == "paragraph":
        return False
    known = labels.of(kind)
    if kind in NUMBERED:
        # Articles and chapters of a document that has none are those of a law or a book.
        is_ours = kind == "section" or bool(known)
        return is_ours and _is_missing_number(label, known, labels)
    head = re.split(r"[.-]", label)[0]
    if label in known or head in known or "" in known:
        return False
    # Pictures and tables may have no caption that can be read; appendices have a heading.
    return bool(known) or kind in ("appendix", "schedule", "exhibit")


def _is_missing_number(label: str, own: frozenset[str], labels: Labels) -> bool:
    if not label[0].isdigit():
        return False
    known = own | labels.of("section")
    if len(labels.section_numbers) < 2 or label in known:
        return False
    tops = {int(number.split(".")[0]) for number in labels.section_numbers}
    top = int(label.split(".")[0])
    # All headings begin with "13": this is a chapter of something larger.
    is_chapter = len(tops) == 1 and tops != {1}
    # A number far beyond the last heading is one of a law or a standard, not of this document.
    if (is_chapter and top not in tops) or top > 2 * max(tops) + 5:
        return False
    parent = label.rpartition(".")[0]
    siblings = any(number.startswith(f"{parent}.") for number in known) if parent else True
    # Where paragraphs under a heading carry no numbers that we can see, the heading is enough.
    return siblings or parent not in known


def _summed_up(labels: Collection[str]) -> str:
    """Return the first and the last of *labels*: "1 to 8.7"."""
    ordered = sorted(labels, key=_natural)
    if len(ordered) < 2:
        return "".join(ordered) or "none"
    return f"{ordered[0]} to {ordered[-1]}"


def _natural(label: str) -> tuple[tuple[int, str], ...]:
    parts = re.split(r"[.-]", label)
    return tuple((int(part), "") if part.isdigit() else (10**6, part) for part in parts)
