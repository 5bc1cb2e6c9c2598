"""The actions that a document promises: who does what by when, from lists and from tables."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ai_prism.core import action_words
from ai_prism.core.model import Block, BlockKind, Section
from ai_prism.core.subject import Subject
from ai_prism.core.tables import Table, tables_of

_ACTION: Final = ("action", "actions", "task", "tasks", "to-do", "todo", "follow-up", "follow-ups")
_OWNER: Final = (
    *("owner", "owners", "assignee", "assignees", "assigned", "responsible", "who", "lead", "dri"),
    *("accountable", "responsibility", "owned", "person"),
)
_DUE: Final = (
    *("due", "deadline", "when", "eta", "date", "by", "target", "completion", "timeline"),
    *("timeframe", "completed"),
)
_STATUS: Final = ("status", "state", "progress")
_NOTHING: Final = re.compile(
    r"(?i)[-–—?./\s]{0,5}|n/?a|none|tb[dca]|unassigned|unknown|open|to be \w{1,20}"
    r"|not (?:set|assigned)"
)
_DONE: Final = re.compile(
    r"(?i)\W{0,3}(?:done|completed?|closed|finished|resolved|fixed|cancelled)\b"
)


class Action(msgspec.Struct, frozen=True):
    """One thing to do: whether somebody is named, a time is set, a ticket is linked."""

    start: int
    end: int
    has_owner: bool
    has_date: bool
    has_ticket: bool


def find_actions(subject: Subject) -> tuple[Action, ...]:
    """Return the open actions of *subject* in reading order."""
    found = [*_from_tables(subject), *_from_lists(subject)]
    return tuple(sorted(found, key=lambda action: action.start))


def _from_tables(subject: Subject) -> Iterator[Action]:
    for table in tables_of(subject):
        owner, due = table.column(*_OWNER), table.column(*_DUE)
        what = table.column(*_ACTION)
        listed = what is not None and what not in (owner, due) and {owner, due} != {None}
        if listed or (table.headers and _is_for_actions(subject, table.start)):
            yield from _rows(subject, table, what or 0, owner, due)


def _rows(
    subject: Subject, table: Table, what: int, owner: int | None, due: int | None
) -> Iterator[Action]:
    status = table.column(*_STATUS)
    for row in table.rows:
        words = {column: subject.document.text_of(block).strip() for column, block in row.items()}
        if len(words.get(what, "")) < 4 or _DONE.match(words.get(status, "") if status else ""):
            continue
        yield Action(
            start=row[what].start,
            end=row[what].end,
            has_owner=_is_filled(words, owner) or action_words.names_an_owner(words[what]),
            has_date=(
                _is_filled(words, due)
                or action_words.names_a_time(words[what])
                or _links_a_ticket(words[what], [row[what]])
            ),
            has_ticket=any(_links_a_ticket(words[column], [row[column]]) for column in words),
        )


def _is_filled(words: dict[int, str], column: int | None) -> bool:
    return column is not None and not _NOTHING.fullmatch(words.get(column, ""))


def _from_lists(subject: Subject) -> Iterator[Action]:
    tells_of_something = action_words.tells_of_something(
        (subject.document.title, *(section.title for section in subject.sections))
    )
    for section in subject.sections:
        is_part = section is not subject.sections[0]
        if is_part and action_words.is_plain(section.title) and not tells_of_something:
            continue  # what a team does, year in, year out
        if action_words.is_heading_of_actions(section.title):
            if action_words.is_of_a_manual(subject.titles_around(section.start)[1:]):
                continue
            items = list(_items(subject, section))
            if any(action_words.is_advice(_words(subject, item)) for item in items):
                continue  # a manual, which tells its readers what to do
            for item in items:
                yield from _open_action(subject, item)


def _items(subject: Subject, section: Section) -> Iterator[list[Block]]:
    """Return each topmost item of the lists in *section*, with all that belongs to it."""
    item: list[Block] = []
    level = 0
    for block in subject.blocks_of(section):
        if block.kind is BlockKind.HEADING:
            if item:
                yield item
            item, level = [], 0
            if not _is_for_actions(subject, block.start):
                return
        elif block.kind is BlockKind.LIST_ITEM:
            level = level or block.level
            if block.level <= level and block.number and item:
                yield item
                item = []
            item.append(block)
        elif item and block.kind is BlockKind.PARAGRAPH:
            # A list is over at the next paragraph, unless that says who or when.
            yield item
            item, level = [], 0
    if item:
        yield item


def _is_for_actions(subject: Subject, offset: int) -> bool:
    """Return whether the nearest heading announces actions, or the one that it stands under."""
    around = [section.title for section in subject.sections_around(offset)]
    nearest, *above = around or [""]
    if action_words.is_heading_of_lessons(nearest):
        return False
    if action_words.is_heading_of_actions(nearest):
        return True
    # The title of the document is above everything and says nothing of a list.
    return any(action_words.is_heading_of_actions(title) for title in above[:1])


def _open_action(subject: Subject, item: list[Block]) -> Iterator[Action]:
    words = _words(subject, item)
    if action_words.is_done(words):
        return
    yield Action(
        start=item[0].start,
        end=item[0].end,
        has_owner=action_words.names_an_owner(words),
        has_date=action_words.names_a_time(words) or _links_a_ticket(words, item),
        has_ticket=_links_a_ticket(words, item),
    )


def _words(subject: Subject, item: Sequence[Block]) -> str:
    return "\n".join(subject.document.text_of(block) for block in item)


def _links_a_ticket(words: str, blocks: Sequence[Block]) -> bool:
    links = (link for block in blocks for link in block.links)
    return action_words.names_a_ticket("\n".join((words, *links)))
