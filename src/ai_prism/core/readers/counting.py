"""Counts as lists write them: 4, d, D, iv, IV."""

from typing import Final

_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
#: Beyond this a count is damage, and its Roman number would fill pages.
_LARGEST_COUNT: Final = 9999


def counted(count: int, format: str) -> str:
    """Return *count* in the *format* "1", "a", "A", "i" or "I"; in digits for any other."""
    count = min(max(count, 0), _LARGEST_COUNT)
    match format:
        case "a" | "A" if count:
            # As word processors do: a, b, … z, aa, bb, …
            written = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        case "i" | "I":
            written = _roman(count)
        case _:
            return str(count)
    return written.upper() if format.isupper() else written


def _roman(count: int) -> str:
    written = ""
    for worth, sign in _ROMAN:
        times, count = divmod(count, worth)
        written += sign * times
    return written
