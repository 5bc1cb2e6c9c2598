"""Blocks that may be headings, and what is known of each."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from ai_prism.core.model import Block, BlockKind
from ai_prism.core.sections.numbering import Number
from ai_prism.core.sections.titles import key_of

#: Before any evidence, one block in twenty is a heading; in log-odds.
_PRIOR: Final = -3.0
#: On printed pages it is one in thirty: remains of figures and tables are blocks there, too.
_PRIOR_PRINTED: Final = -3.5
#: Sizes that are measured on a picture of a page are the same if they are this close, in points.
ROUGHLY_SAME_SIZE: Final = 1.75
#: What the score means, as log-odds: intercept and slope of the share that was right on documents
#: with known headings. Without looks there is little evidence, and what there is deceives less.
_MEANING: Final = (1.6, 0.6)
_MEANING_PRINTED: Final = (0.5, 1.0)


class Look(NamedTuple):
    """The look of a block, as far as it tells headings from text and from each other."""

    size: float
    bold: bool
    italic: bool
    underlined: bool
    centred: bool
    colour: str
    font: str


class Evidence(NamedTuple):
    """One reason for (or, with a negative weight, against) a heading."""

    reason: str
    weight: float


@dataclass
class Candidate:
    """A block that may be a heading."""

    place: int
    block: Block
    title: str
    look: Look
    number: Number | None
    evidence: list[Evidence]
    contents_level: int = 0
    stands_at_start: bool = False  #: with no running text before it
    space: float = 0.0  #: above and below, in points, where both agree; else 0

    @cached_property
    def key(self) -> str:
        """The title as it compares with others."""
        return key_of(self.title)

    @property
    def has_section_number(self) -> bool:
        """Whether it is numbered as sections are: "3", "3.2", "Article IV"."""
        return self.number is not None and self.number.scheme != "(a)"

    @property
    def score(self) -> float:
        """The sum of the evidence, in log-odds."""
        prior = _PRIOR_PRINTED if self.is_printed else _PRIOR
        return prior + sum(item.weight for item in self.evidence)

    @property
    def is_printed(self) -> bool:
        """Whether it stands on a page, where blocks were told from lines."""
        return self.block.page is not None

    @property
    def is_recognised(self) -> bool:
        """Whether it was recognised on a picture of a page: its size is measured, not known."""
        return self.is_printed and self.look.size > 0 and not self.look.font

    @property
    def confidence(self) -> float:
        """The probability that this is a heading."""
        base, slope = _MEANING_PRINTED if self.is_printed else _MEANING
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, base + slope * self.score))))

    @property
    def why(self) -> str:
        """The reasons for, the strongest first; the author's own mark needs no other."""
        if self.block.kind is BlockKind.HEADING:
            return self.evidence[0].reason if self.evidence else ""
        strongest = sorted(self.evidence, key=lambda item: -item.weight)
        return ", ".join(item.reason for item in strongest[:4] if item.weight > 0)


def look_of(block: Block) -> Look:
    """Return the look of *block*; sizes are rounded to half a point."""
    style = block.style
    return Look(
        size=round(style.size * 2) / 2,
        bold=style.bold,
        italic=style.italic,
        underlined=style.underlined,
        centred=style.centred,
        colour=style.colour,
        font=style.font,
    )
