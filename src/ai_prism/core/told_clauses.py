"""What the clause models say of a document, each asked once and only if somebody wants to know."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # they look at subjects, and subjects keep this
    from ai_prism.core.risk.clauses import Clause, ClauseModel, Standpoint
    from ai_prism.core.subject import Subject


class ToldClauses:
    """The clauses of one document by one or several models; nothing without a model."""

    def __init__(self, models: "Sequence[ClauseModel]", subject: "Subject") -> None:
        """Ask *models* about *subject*, later."""
        self._models = tuple(models)
        self._subject = subject

    def __bool__(self) -> bool:
        """Return whether there is any model to ask."""
        return bool(self._models)

    @property
    def sentences(self) -> "tuple[Clause, ...]":
        """The sentences that may be clauses, model by model."""
        return tuple(clause for told in self._by_model for clause in told)

    def around(self, start: int, end: int) -> "Iterator[Clause]":
        """Yield the sentences that may be clauses and share words with the text in between."""
        for told, ends in zip(self._by_model, self._ends, strict=True):
            for place in range(bisect_left(ends, start + 1), len(told)):
                if told[place].start >= end:
                    break
                yield told[place]

    @cached_property
    def _ends(self) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(clause.end for clause in told) for told in self._by_model)

    @cached_property
    def thresholds(self) -> Mapping[str, float]:
        """The probability from which a category is to be told."""
        return {name: least for model in self._models for name, least in model.thresholds.items()}

    @cached_property
    def presence(self) -> Mapping[str, float]:
        """How probable it is that the document has a clause of a category at all."""
        return {
            name: chance
            for model, told in zip(self._models, self._by_model, strict=True)
            for name, chance in model.presence(told).items()
        }

    @cached_property
    def standpoints(self) -> "Mapping[str, Standpoint]":
        """What the document says of the hypotheses about non-disclosure agreements."""
        return {
            name: standpoint
            for model, told in zip(self._models, self._by_model, strict=True)
            for name, standpoint in model.standpoints(self._subject, told).items()
        }

    @cached_property
    def _by_model(self) -> "tuple[tuple[Clause, ...], ...]":
        return tuple(model.clauses(self._subject) for model in self._models)
