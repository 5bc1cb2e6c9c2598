"""What documents of a kind usually have as sections, and within which."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

from ai_prism.core.sections.titles import key_of

_FEWEST_OF_A_KIND: Final = 3
#: With so many more of the usual titles than two, it is beyond doubt which kind it is.
_BEYOND_DOUBT: Final = 4


@dataclass
class UsualOutline:
    """The sections that documents of one kind usually have, by `key_of` their titles."""

    tops: set[str] = field(default_factory=set)
    #: Those that stand within others, with the titles of these.
    within: dict[str, set[str]] = field(default_factory=dict)


def usual_outline_of(keys: Collection[str]) -> tuple[UsualOutline, float]:
    """Return what is usual in a document with titles of these *keys*, and from 0 to 1 how surely.

    The outline is empty where the document is of no known kind.
    """
    present = set(keys)
    outline = max(_outlines(), key=lambda outline: len(outline.tops & present))
    common = len(outline.tops & present)
    if common < _FEWEST_OF_A_KIND:
        return UsualOutline(), 0.0
    return outline, min(1.0, (common - 2) / _BEYOND_DOUBT)


@cache
def _outlines() -> tuple[UsualOutline, ...]:
    outlines: list[UsualOutline] = []
    top = ""
    for line in files(__package__).joinpath("usual_outlines.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            outlines.append(UsualOutline())
        elif line.startswith(" "):
            outlines[-1].within.setdefault(key_of(line), set()).add(top)
        elif line and not line.startswith("#"):
            top = key_of(line)
            outlines[-1].tops.add(top)
    return tuple(outlines)
