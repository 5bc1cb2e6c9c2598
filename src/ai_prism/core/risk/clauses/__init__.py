"""Which clauses of known kinds stand in an agreement: category, probability, words that tell.

Categories are named by the labelled data they were learnt from:

- `tos:<label>`, such as `tos:Limitation of liability`: UNFAIR-ToS and the severity corpus;
- `cuad:<name>`, such as `cuad:cap-on-liability`: CUAD, without its names, parties and dates;
- `nda:<hypothesis>`, such as `nda:nda-11`: ContractNLI, where a clause is evidence for or against.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Final, Protocol

from ai_prism.core.risk.clauses.types import FLOOR, Clause, Standpoint
from ai_prism.core.subject import Subject

__all__ = ["FLOOR", "Clause", "ClauseModel", "Standpoint", "load", "presence"]

#: The weights for each kind of document.
FAMILIES: Final = {"contract": "cuad", "terms-of-service": "tos", "nda": "nda"}


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


@lru_cache(maxsize=len(FAMILIES))
def load(kind: str) -> ClauseModel | None:
    """Return the model for documents of *kind*, or None where there is none.

    *kind* is "contract", "terms-of-service" or "nda". A model is read at its first use in a
    process and kept. NumPy comes with it: processes that review no agreement never load it.
    """
    family = FAMILIES.get(kind)
    if family is None:
        return None
    from ai_prism.core.risk.clauses.model import LearntClauses
    from ai_prism.core.risk.clauses.weights import read

    data = resources.files("ai_prism.core.risk.clauses") / "data" / f"{family}.npz"
    return LearntClauses(read(data.read_bytes()))


def presence(kind: str, clauses: Sequence[Clause]) -> dict[str, float]:
    """Return how probable it is that a document of *kind* with *clauses* has each category."""
    model = load(kind)
    return model.presence(clauses) if model else {}
