"""How a report is wanted beyond its format, and which findings that puts into it."""

from pathlib import Path
from typing import Final

import msgspec

from ai_prism.core.errors import PrismError
from ai_prism.core.model import Data, Decision, Finding, Review

#: What a copy of the document carries: what somebody stands behind.
ACCEPTED: Final = frozenset({Decision.ACCEPTED})
EVERYTHING: Final = frozenset(Decision)


class InvalidOrder(PrismError):
    """The report is wanted in a way that there is none."""

    code = "invalid_order"
    advice = "Use include=open,accepted,rejected and changes=tracked, or leave them out."


class Order(Data):
    """How a report is wanted; by default as suits its format."""

    #: The file that was reviewed; only formats that write into it, or count its lines, need it.
    original: Path | None = None
    #: What programs call it: a path from the root of its sources, or a URI; empty: its name.
    uri: str = ""
    #: Whether fixes that need no thought are made as tracked changes.
    tracked: bool = False
    #: The decisions whose findings are wanted; None: what suits the format.
    include: frozenset[Decision] | None = None

    @classmethod
    def of(cls, include: str = "", changes: str = "", original: Path | None = None) -> "Order":
        """Return the order that the words *include* and *changes* ask for.

        Raises:
            InvalidOrder: a word is none of those that mean something here.
        """
        try:
            decisions = frozenset(Decision(word.strip()) for word in include.split(",") if word)
        except ValueError:
            raise InvalidOrder(f"Findings cannot be “{include}”.") from None
        if changes not in ("", "tracked"):
            raise InvalidOrder(f"Changes cannot be “{changes}”.")
        return cls(original=original, tracked=bool(changes), include=decisions or None)


def chosen(review: Review, include: frozenset[Decision] | None) -> Review:
    """Return *review* with only the findings whose decision is in *include*; None: all."""
    if include is None or include == EVERYTHING:
        return review
    return msgspec.structs.replace(review, findings=tuple(_with(review, include)))


def for_the_document(review: Review, include: frozenset[Decision] | None) -> Review:
    """Return *review* with the findings that a copy of its document carries.

    Those that were accepted; where nobody has decided anything yet, those that are open.
    """
    if include is None:
        undecided = all(finding.decision is Decision.OPEN for finding in review.findings)
        include = frozenset({Decision.OPEN}) if undecided else ACCEPTED
    return chosen(review, include)


def _with(review: Review, include: frozenset[Decision]) -> list[Finding]:
    return [finding for finding in review.findings if finding.decision in include]
