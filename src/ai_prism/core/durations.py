"""Durations as people write them: "3 hours and 40 minutes", "68 min", "2h 5m"."""

import re
from typing import Final

import msgspec

_MINUTES: Final = {"d": 1440, "h": 60, "m": 1}
_AMOUNT: Final = r"(?:\d{1,5}(?:[.,]\d{1,2})?|\d{1,3},\d{3})"
_UNIT: Final = r"(?:days?|d|hours?|hrs?|h|minutes?|mins?|m)(?![\w'’])"
#: A duration of one or more parts; seconds are left out, as no timeline is that exact.
DURATION: Final = rf"{_AMOUNT}\s?-?{_UNIT}(?:(?:,?\s(?:and\s)?|\s?){_AMOUNT}\s?-?{_UNIT}){{0,2}}"
_PART: Final = re.compile(rf"({_AMOUNT})\s?-?({_UNIT})", re.IGNORECASE)


class Duration(msgspec.Struct, frozen=True):
    """A length of time, and how exactly it was said."""

    minutes: float
    unit: int  #: minutes in the smallest unit named: 60 for "3 hours"

    def is_about(self, minutes: float) -> bool:
        """Return whether it may be *minutes*, rounded up or down to the smallest unit named."""
        return abs(self.minutes - minutes) <= (1 if self.unit == 1 else self.unit * 0.5)


def parse_duration(words: str) -> Duration | None:
    """Return the duration that *words* spell, or None."""
    parts = [(_number(amount), _MINUTES[unit[0].lower()]) for amount, unit in _PART.findall(words)]
    if not parts:
        return None
    smallest = min(unit for _, unit in parts)
    return Duration(
        minutes=sum(amount * unit for amount, unit in parts),
        # "1.5 hours" is exact to half an hour or better.
        unit=smallest if all(amount.is_integer() for amount, _ in parts) else max(1, smallest // 2),
    )


def spelt(minutes: float) -> str:
    """Return *minutes* as a person would say them."""
    days, rest = divmod(round(minutes), 1440)
    hours, left = divmod(rest, 60)
    parts = [
        f"{number} {name}{'' if number == 1 else 's'}"
        for number, name in ((days, "day"), (hours, "hour"), (left, "minute"))
        if number
    ]
    return " ".join(parts) or "0 minutes"


def _number(amount: str) -> float:
    if re.fullmatch(r"\d{1,3},\d{3}", amount):
        return float(amount.replace(",", ""))
    return float(amount.replace(",", "."))
