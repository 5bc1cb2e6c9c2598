"""Which clauses of known kinds stand in an agreement: category, probability, words that tell.

Categories are named by the labelled data they were learnt from:

- `tos:<label>`, such as `tos:Limitation of liability`: UNFAIR-ToS and the severity corpus;
- `cuad:<name>`, such as `cuad:cap-on-liability`: CUAD, without its names, parties and dates;
- `nda:<hypothesis>`, such as `nda:nda-11`: ContractNLI, where a clause is evidence for or against.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from ai_prism.core.model import Data
from ai_prism.core.subject import Span, Subject

#: Probabilities under this are left out of a `Clause`.
FLOOR: Final = 0.02


class Clause(Data):
    """One sentence of a document and what it may be."""

    start: int
    end: int
    probabilities: dict[str, float]  #: category -> calibrated probability, from `FLOOR` on
    words: dict[str, tuple[Span, ...]]  #: category -> where the words stand that weighed most, <= 3
    levels: dict[str, float] = {}  #: terms of service: chance that a reader says high, medium, low


class Standpoint(Data):
    """What an agreement says of one hypothesis about it; the three chances add up to 1."""

    entailed: float
    contradicted: float
    absent: float


class ClauseModel(Protocol):
    """Finds clauses of one family in a document."""

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Each category the model knows, and the probability from which it is to be told."""

    def clauses(self, subject: Subject) -> tuple[Clause, ...]:
        """Return the sentences of *subject* that may be a clause of a category, in order."""

    def presence(self, clauses: Sequence[Clause]) -> dict[str, float]:
        """Return for each category how probable it is that a document with *clauses* has one."""

    def standpoints(self, subject: Subject, clauses: Sequence[Clause]) -> dict[str, Standpoint]:
        """Return for each hypothesis what *subject* says of it; empty but for NDAs."""


def load(kind: str) -> ClauseModel | None:
    """Return the model for documents of *kind*, or None where there is none.

    *kind* is "contract", "terms-of-service" or "nda". A model is read at its first use and kept.
    """
    return None


def presence(kind: str, clauses: Sequence[Clause]) -> dict[str, float]:
    """Return how probable it is that a document of *kind* with *clauses* has each category."""
    model = load(kind)
    return model.presence(clauses) if model else {}
