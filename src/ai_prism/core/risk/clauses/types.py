"""What clause models say of a document."""

from typing import Final

import msgspec

from ai_prism.core.model import Data
from ai_prism.core.subject import Span

#: Probabilities under this are left out of a `Clause`.
FLOOR: Final = 0.02


class Clause(Data):
    """One sentence of a document and what it may be."""

    start: int
    end: int
    probabilities: dict[str, float]  #: category -> calibrated probability, from `FLOOR` on
    words: dict[str, tuple[Span, ...]]  #: category -> the words that weighed most, <= 3
    #: Terms of service: the share of each level (none, low, medium, high), which add up to 1, by
    #: what telling it is worth, which is more for a rare one; the largest is the level to tell.
    levels: dict[str, float] = msgspec.field(default_factory=dict)


class Standpoint(Data):
    """What an agreement says of one hypothesis about it; the three chances add up to 1."""

    entailed: float
    contradicted: float
    absent: float
