"""Where a number puts its heading among those before it: "3.2" within "3", beside "3.1"."""

import re
from collections.abc import Sequence
from typing import Final

from ai_prism.core.sections.numbering import Number

_DIGITS: Final = re.compile(r"\d+")
#: What follows the document itself.
_APPENDED: Final = {
    "appendix", "annex", "annexe", "schedule", "exhibit", "addendum", "attachment", "anhang",
    "anlage", "anexo", "apéndice", "appendice",
}  # fmt: skip
_ROMAN: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def depth_of_number(number: Number, opened: Sequence[Number | None], *, opens: bool) -> int:
    """Return how many of the *opened* sections the heading with this *number* stands within.

    Args:
        number: of the heading.
        opened: the numbers of the sections that are open, the outermost first.
        opens: whether nothing stands between this heading and the one before.
    """
    if not opened or number.keyword in _APPENDED:
        return 0
    for depth in reversed(range(len(opened))):
        other = opened[depth]
        if other and _is_part(number, other):
            return depth + 1
        if other and _comes_next(number, other):
            return depth
    alike = [depth for depth, other in enumerate(opened) if other and _is_later(number, other)]
    if alike:
        return alike[-1]
    if number.depth > 1:
        return number.depth - 1
    # Short lines in a row, as in an address, must not lead deeper and deeper.
    return len(opened) if opens or opened[-1] else len(opened) - 1


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
    """Return how far the last part of the *number* has counted: 3 for "3", "1.3", "C" and "iii"."""
    last = number.parts[-1].lower()
    if digits := _DIGITS.search(last):
        return int(digits[0])
    if number.scheme == "I." or len(last) > 1:
        values = [_ROMAN.get(sign, 0) for sign in last]
        later = [*values[1:], 0]
        return sum(-v if v < after else v for v, after in zip(values, later, strict=True))
    return ord(last) - ord("a") + 1
