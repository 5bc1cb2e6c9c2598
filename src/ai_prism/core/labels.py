"""What a document can be referred to by: its numbered sections, tables, figures, appendices."""

import re
from functools import cached_property
from typing import Final

from ai_prism.core.model import BlockKind
from ai_prism.core.subject import Subject

#: Words for a kind of label, by the one word we use for it.
KINDS: Final[dict[str, str]] = {
    **dict.fromkeys(
        ["section", "sections", "sec", "sect", "clause", "clauses", "§", "§§"], "section"
    ),
    **dict.fromkeys(["article", "articles", "art", "arts"], "article"),
    **dict.fromkeys(["chapter", "chapters"], "chapter"),
    **dict.fromkeys(["paragraph", "paragraphs", "para", "paras"], "paragraph"),
    **dict.fromkeys(["table", "tables"], "table"),
    **dict.fromkeys(["figure", "figures", "fig", "figs"], "figure"),
    **dict.fromkeys(["appendix", "appendices", "annex", "annexes"], "appendix"),
    **dict.fromkeys(["schedule", "schedules"], "schedule"),
    **dict.fromkeys(["exhibit", "exhibits"], "exhibit"),
}
#: Kinds that share the numbers in front of headings and paragraphs.
NUMBERED: Final = frozenset({"section", "article", "chapter"})

#: What begins like a label here is a reference to one.
_NO_LABELS: Final = frozenset(
    {BlockKind.CODE, BlockKind.CONTENTS, BlockKind.FURNITURE, BlockKind.CELL, BlockKind.QUOTE}
)
_NUMBERED_START: Final = re.compile(
    r"(?:(?i:section|clause|article|chapter)\s{1,3}|§{1,2}\s{0,3})?"
    r"(\d{1,3}(?:\.\d{1,3}){0,6})(?:[.):]{1,2}(?=\s|[^\W\d]|\Z)|(?=\s|\Z))"
)
_LABEL_START: Final = re.compile(
    r"(article|chapter|table|fig(?:ure|\.)?|appendix|annex|schedule|exhibit)"
    r"(?:\s{1,3}(?:no\.?\s?)?([A-Z0-9]{1,4}(?:[.-]\d{1,3}){0,4})\b|\s{0,3}(?=[.:–—-]|\Z))",
    re.IGNORECASE,
)
_PLAIN_NUMBER: Final = re.compile(r"\(?(\d{1,3}(?:\.\d{1,3}){0,6})[.):]{0,2}")


class Labels:
    """The labels of one document by kind, as people write them: "4.2", "B", "3"."""

    def __init__(self, subject: Subject) -> None:
        """Collect the labels of *subject*: every start of a block that looks like one."""
        self._by_kind: dict[str, set[str]] = {kind: set() for kind in KINDS.values()}
        self._subject = subject
        #: Numbers of headings and list items alike; the sections' own are surer.
        self.section_numbers: set[str] = set()
        for section in subject.sections:
            if number := _PLAIN_NUMBER.fullmatch(section.number.strip()):
                self.section_numbers.add(number[1])
        text = subject.document.text
        for block in subject.document.blocks:
            if block.kind in _NO_LABELS:
                continue
            if number := _NUMBERED_START.match(text, block.start, block.end):
                self._add("section", number[1])
            if number := _PLAIN_NUMBER.fullmatch(block.number.strip()):
                self._add("section", number[1])
            if label := _LABEL_START.match(text, block.start, block.end):
                self._add(KINDS[label[1].lower().rstrip(".")], label[2] or "")
        self._by_kind["section"] |= self.section_numbers
        tops = (int(number.split(".")[0]) for number in self.section_numbers)
        self._last_section = max(tops, default=0)

    def of(self, kind: str) -> frozenset[str]:
        """Return the labels of *kind*; articles and chapters may be mere numbers of headings."""
        return frozenset(self._by_kind[kind])

    def is_beyond(self, label: str) -> bool:
        """Return whether the number *label* comes after that of the last section."""
        return label[0].isdigit() and int(label.split(".")[0]) > self._last_section

    def is_far(self, label: str) -> bool:
        """Return whether the number *label* lies far beyond that of the last section."""
        far = 2 * self._last_section + 5
        return label[0].isdigit() and int(label.split(".")[0]) > far

    def parts_of(self, number: str) -> int | None:
        """Return how many blocks the section *number* has, any of which could carry a number.

        None where the number is not that of a section, but of a paragraph or an item.
        """
        return self._parts.get(number)

    @cached_property
    def _parts(self) -> dict[str, int]:
        parts: dict[str, int] = {}
        for section in self._subject.sections:
            if number := section.number.strip("().: "):
                blocks = len(self._subject.blocks_of(section))
                parts[number] = max(blocks, parts.get(number, 0))
        return parts

    def _add(self, kind: str, label: str) -> None:
        labels = self._by_kind[kind]
        labels.add(label.upper())
        # "Appendix A.2" proves that there is an Appendix A.
        labels.add(re.split(r"[.-]", label.upper())[0])
