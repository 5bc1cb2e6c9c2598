"""A reference to a section, table, figure or appendix that the document does not have."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final

from ai_prism.core.labels import KINDS, NUMBERED, Labels
from ai_prism.core.model import Block, BlockKind, Finding, Level
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

_LABEL: Final = r"(?:\d{1,3}(?:[.-]\d{1,3}){0,6}|[A-Z](?:[.-]\d{1,3}){0,4})(?!\w)"
#: "Section F-7.3" carries the letter of its part, which its heading may write in another way.
_OF_A_PART: Final = re.compile(r"[A-Z]-\d")
_REFERENCE: Final = re.compile(
    r"(?<![\w.])((?i:sections?|sect?\.|clauses?|articles?|arts?\.|chapters?|paragraphs?|paras?\.|tables?|figures?|figs?\."
    r"|appendix|appendices|annex(?:es)?)|(?:Schedules?|Exhibits?|SCHEDULES?|EXHIBITS?)|§{1,2})\s{0,3}"
    rf"(?<=[\s§])({_LABEL}(?:\s?(?:,|,?\s?(?:and|or|to|&|through)\s|[–-])\s?{_LABEL}){{0,8}})"
)
_ONE_LABEL: Final = re.compile(_LABEL)
_NUMBER: Final = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){0,6}(?!\w)")
#: What makes a reference one to another document: "of the Companies Act", "of that agreement".
_ELSEWHERE_AFTER: Final = re.compile(
    r":\s{1,2}[A-Z][a-z]|(?:\s?\([A-Za-z0-9]{1,4}\)){0,4},?\s{1,2}(?:(?:of|to|in|on|under|from)\s{1,2}(?!this\b|these\b)"
    r"(?:the\s|that\s|an?\s|its\s|[A-Z])|[A-Z]{3,}\b|[\[(]?https?:)"
)
_ELSEWHERE_BEFORE: Final = re.compile(
    r"(?i:\b(?:act|code|regulations?|directive|law|gdpr|ccpa|hipaa|dmca|rfc|iso|iec|nist|cfr|c\.f\.r\."
    r"|u\.s\.c\.|usc|standard|statute|constitution|agreement|treaty|convention|rfc\s?\d{1,5})"
    r"[\s,:(]{1,3}(?:[\d.:/-]{1,12}[\s,:(]{1,3})?)\Z"
)
#: Beside these a number beyond the last section is one of a law or a standard.
_LAW: Final = re.compile(
    r"(?i)\b(?:acts?|codes?|laws?|statut\w{1,4}|regulations?|directives?|rfcs?|iso|iec|nist|cfr|usc|u\.s\.c"
    r"|c\.f\.r|standards?|constitution|treaty|convention|gdpr|hipaa|ccpa|spec|specifications?|charter"
    r"|agreement|contract|book|paper|manual|handbook)\b"
)
#: An owner before it, or a role of reStructuredText around it: another document has it.
_OF_ANOTHER: Final = re.compile(
    r"(?i)(?:\b(?:its|their|his|her|whose|no)|[’']s)\s[“\"]?\Z|:[a-z]{2,12}:`\Z"
)
#: "General Records Schedule 3.1" is the name of something.
_NAME_BEFORE: Final = re.compile(r"[a-z,] ?(?:[A-Z][a-z]+\s){1,3}\Z")
_OLDER: Final = re.compile(
    r"(?i)\b(?:older|earlier|previous|former|old|prior) (?:versions?|editions?)\b"
)
_INSIDE: Final = re.compile(r"(?:above|below|hereof|of\s{1,2}this|of\s{1,2}these)\b")
_BEFORE: Final = 40
_PICTURED: Final = frozenset({"table", "figure"})
_MANY: Final = 3
_MOST_OWN: Final = 99
_AFTER: Final = 60


class Rule(BaseRule, frozen=True):
    """Flags references inside the document that lead nowhere."""

    evidence_names = ("reference", "kind_of_label", "known")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each label that is referred to and not there, with all its places."""
    labels = Labels(subject)
    missing: dict[tuple[str, str], list[Span]] = {}
    there: Counter[str] = Counter()
    for match, block in subject.matches(_REFERENCE):
        kind = KINDS[match[1].lower().rstrip(".")]
        if kind == "paragraph" and "." in match[2]:
            kind = "section"  # "paragraph 3" counts within a section, "paragraph 4.3" does not
        if _is_own_label(match, block) or _is_elsewhere(match):
            continue
        # "Sections 3-5" is a range, "Table 10-1" is a label.
        one_label = _NUMBER if kind in NUMBERED else _ONE_LABEL
        for label in one_label.finditer(match[2]):
            if kind in NUMBERED and _OF_A_PART.match(match[2]):
                continue
            if not _is_missing(kind, label[0], labels):
                there[kind] += 1
            elif not _is_of_another(label[0], labels, _sentence(subject, match)):
                missing.setdefault((kind, label[0]), []).append(match.span())
    by_kind = Counter(kind for kind, _ in missing)
    for (kind, name), spans in missing.items():
        if kind in _PICTURED and by_kind[kind] >= _MANY:
            continue  # the tables of a data base, the figures of a book
        known = _summed_up(labels.section_numbers if kind in NUMBERED else labels.of(kind))
        # Between sections that are there a heading may have been taken for text.
        is_inside = kind in NUMBERED and "." not in name and not labels.is_beyond(name)
        # Where several lead nowhere and few lead somewhere, it is we who do not see the labels.
        is_unseen = by_kind[kind] > 1 and 3 * by_kind[kind] > there[kind]
        yield rule.finding(
            subject,
            spans,
            severity=Level.LOW if is_inside or is_unseen else None,
            reference=f"{kind} {name}",
            kind_of_label=kind,
            known=known,
        )


def _is_of_another(label: str, labels: Labels, sentence: str) -> bool:
    return bool((labels.is_far(label) and _LAW.search(sentence)) or _OLDER.search(sentence))


def _sentence(subject: Subject, match: re.Match[str]) -> str:
    start, end = subject.sentence_at(match.start())
    return subject.document.text[start:end]


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
    is_named = KINDS[match[1].lower().rstrip(".")] in ("schedule", "exhibit")
    if _OF_ANOTHER.search(before) or (is_named and _NAME_BEFORE.search(before)):
        return True
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
    # Laws have hundreds of sections, and this document has not.
    if (is_chapter and top not in tops) or (labels.is_far(label) and top > _MOST_OWN):
        return False
    parent, _, last = label.rpartition(".")
    siblings = any(number.startswith(f"{parent}.") for number in known) if parent else True
    # Where paragraphs under a heading carry no numbers that we can see, the heading is enough,
    # if it has as many of them.
    parts = labels.parts_of(parent)
    return siblings or parent not in known or (parts is not None and int(last) > parts)


def _summed_up(labels: Collection[str]) -> str:
    """Return the first and the last of *labels*: "1 to 8.7"."""
    ordered = sorted(labels, key=_natural)
    if len(ordered) < 2:
        return "".join(ordered) or "none"
    return f"{ordered[0]} to {ordered[-1]}"


def _natural(label: str) -> tuple[tuple[int, str], ...]:
    parts = re.split(r"[.-]", label)
    return tuple((int(part), "") if part.isdigit() else (10**6, part) for part in parts)
