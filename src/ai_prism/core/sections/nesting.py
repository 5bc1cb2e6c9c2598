"""How headings nest where nothing but their numbers and their places tells: in plain text."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from ai_prism.core.sections.candidates import Candidate
from ai_prism.core.sections.numbering import Number
from ai_prism.core.sections.titles import is_usual

_DIGITS: Final = re.compile(r"\d+")
_DEEPEST: Final = 6
#: What follows the document itself.
_APPENDED: Final = {
    "appendix", "annex", "annexe", "schedule", "exhibit", "addendum", "attachment", "anhang",
    "anlage", "anexo", "apéndice", "appendice",
}  # fmt: skip
_ROMAN: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class _Open(NamedTuple):
    """A section that the next heading may stand in, or beside."""

    level: int
    number: Number | None


def nested(headings: Sequence[Candidate], *, has_title: bool) -> list[int]:
    """Return the level of each of the *headings*, from 1.

    Args:
        headings: in reading order.
        has_title: whether the first is the title of it all.
    """
    floor = 2 if has_title else 1
    numbered = sum(heading.has_section_number for heading in headings)
    mostly_numbered = 2 * numbered > len(headings)
    opened: list[_Open] = []
    levels: list[int] = []
    for place, heading in enumerate(headings):
        number = heading.number if heading.has_section_number else None
        # With nothing between them, the one before opens a part that begins with this one.
        opens = bool(opened) and heading.place == headings[place - 1].place + 1
        if place == 0:
            level = 1
        elif number:
            level = _level_of_number(number, opened, floor, opens=opens)
        elif not opened or (is_usual(heading.title) and not mostly_numbered):
            level = floor
        else:
            level = _inside_or_beside(opened[-1], opens=opens)
        levels.append(level)
        if place or not has_title:
            opened = [section for section in opened if section.level < level]
            opened.append(_Open(level, number))
    return levels


def _inside_or_beside(last: _Open, *, opens: bool) -> int:
    # Short lines in a row, as in an address, must not lead deeper and deeper.
    return min(last.level + 1, _DEEPEST) if opens or last.number else last.level


def _level_of_number(number: Number, opened: Sequence[_Open], floor: int, *, opens: bool) -> int:
    if not opened or number.keyword in _APPENDED:
        return floor
    for section in reversed(opened):
        if section.number and _is_part(number, section.number):
            return section.level + 1
        if section.number and _comes_next(number, section.number):
            return section.level
    alike = [open_.level for open_ in opened if open_.number and _is_later(number, open_.number)]
    if alike:
        return alike[-1]
    if number.depth > 1:
        return floor + number.depth - 1
    return _inside_or_beside(opened[-1], opens=opens)


def _is_part(number: Number, other: Number) -> bool:
    return number.depth > other.depth and number.parts[: other.depth] == other.parts


def _comes_next(number: Number, other: Number) -> bool:
    own, before = number.text.lower(), other.text.lower()
    if len(own) == len(before) == 1 and own.isalpha() and ord(own) == ord(before) + 1:
        # "C." after "B.", though it may be a Roman number too.
        return True
    return (
        number.scheme == other.scheme
        and number.parts[:-1] == other.parts[:-1]
        and _value(number) == _value(other) + 1
    )


def _is_later(number: Number, other: Number) -> bool:
    return number.scheme == other.scheme and _value(number) > _value(other)


def _value(number: Number) -> int:
    """Return how far a number's last part has counted: 3 for "3", "1.3", "C" and "iii"."""
    last = number.parts[-1].lower()
    if digits := _DIGITS.search(last):
        return int(digits[0])
    if number.scheme == "I." or len(last) > 1:
        values = [_ROMAN.get(sign, 0) for sign in last]
        later = [*values[1:], 0]
        return sum(-v if v < after else v for v, after in zip(values, later, strict=True))
    return ord(last) - ord("a") + 1
