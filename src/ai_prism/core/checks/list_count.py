"""A list that holds more or fewer items than its introduction says: "three reasons:"."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final

from ai_prism.core.model import Block, BlockKind, Finding
from ai_prism.core.number_words import number_of
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

_COUNT: Final = re.compile(
    r"(?<![\w/.-])(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[2-9]|1\d)"
    r"((?:\s[\w'’-]{1,30}){1,7})\s?:\Z",
    re.IGNORECASE,
)
#: "within two weeks:", "at least three of:" count something else, or leave it open.
_NOT_ITEMS: Final = re.compile(
    r"(?i)\b(?:days?|weeks?|months?|years?|hours?|minutes?|seconds?|per\s?cent|times|o'clock"
    r"|and|or|to|[ap]m|people|users)\b"
)
_OPEN: Final = re.compile(
    r"(?i)\b(?:at least|at most|up to|more than|fewer than|less than|about|around|over|only|one of"
    r"|any|first|last|next|other|section|clause|step|version|level|phase|chapter|table|figure"
    r"|article|top|within|each of|of|and|or|than|between|to|\d)\s{1,2}(?:the\s|of\s|these\s)?\Z"
)
_NUMBERED: Final = re.compile(r"\(?(\d{1,3})[.)]")

_SEVERAL: Final = re.compile(r"(?i)(?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|both)\s")


class Rule(BaseRule, frozen=True):
    """Flags a list whose items are not as many as the line before it announces."""

    evidence_names = ("announced", "listed", "words")


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each list that its introduction miscounts."""
    blocks = subject.document.blocks
    for place, block in enumerate(blocks[:-1]):
        if blocks[place + 1].kind is not BlockKind.LIST_ITEM or block.cell:
            continue
        match = _announcement(subject, block)
        items = _items(blocks, place + 1)
        if match is None or not items:
            continue
        announced = number_of(match[1]) or int(match[1])
        if any(_SEVERAL.match(subject.document.text, item.start, item.end) for item in items):
            continue  # "three members" are three items in one
        if announced != len(items):
            yield rule.finding(
                subject,
                [match.span()],
                related=[(item.start, item.end) for item in items],
                announced=match[1].lower(),
                listed=len(items),
                words=match[0].rstrip(": "),
            )


def _announcement(subject: Subject, block: Block) -> re.Match[str] | None:
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
        return None
    text = subject.document.text
    match = _COUNT.search(text, max(block.start, block.end - 120), block.end)
    if match is None or _NOT_ITEMS.search(match[2]):
        return None
    before = text[max(block.start, match.start() - 20) : match.start()]
    return None if _OPEN.search(before) else match


def _items(blocks: Sequence[Block], first: int) -> list[Block]:
    """Return the topmost items of the list that begins at *first*; none if its end is unsure."""
    level = blocks[first].level
    run = list(
        takewhile(
            lambda block: block.kind is BlockKind.LIST_ITEM and block.level >= level,
            blocks[first : first + 60],
        )
    )
    items = [block for block in run if block.level == level and block.number]
    if items and _NUMBERED.match(items[0].number):
        # What stands under a numbered item with a dash, not set in, belongs to it all the same.
        items = [item for item in items if _NUMBERED.match(item.number)]
    after = blocks[first + len(run)] if first + len(run) < len(blocks) else None
    if after is None or after.kind is BlockKind.HEADING:
        return items
    # A paragraph may belong to the last item, with more items of the same list after it.
    return [] if _goes_on(blocks, first + len(run), items) else items


def _goes_on(blocks: Sequence[Block], place: int, items: Sequence[Block]) -> bool:
    last = _NUMBERED.match(items[-1].number) if items else None
    for block in blocks[place : place + 8]:
        if block.kind is BlockKind.HEADING:
            return False
        if block.kind is BlockKind.LIST_ITEM:
            number = _NUMBERED.match(block.number)
            return last is None or number is None or int(number[1]) == int(last[1]) + 1
    return False
