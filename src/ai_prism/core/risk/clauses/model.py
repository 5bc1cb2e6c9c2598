"""The clause model of one family at work on a document."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ai_prism.core.risk.clauses.context import Scores
from ai_prism.core.risk.clauses.evidence import heaviest_words
from ai_prism.core.risk.clauses.features import Row
from ai_prism.core.risk.clauses.segments import segments_of
from ai_prism.core.risk.clauses.standing import standpoints_of
from ai_prism.core.risk.clauses.tokens import tokens_of
from ai_prism.core.risk.clauses.types import FLOOR, Clause, Standpoint
from ai_prism.core.risk.clauses.weights import LEVELS, Weights
from ai_prism.core.subject import Span, Subject

Chances: TypeAlias = npt.NDArray[Any]


class LearntClauses:
    """Finds the clauses of one family by what was learnt of them."""

    def __init__(self, weights: Weights) -> None:
        """Score with *weights*."""
        self._weights = weights

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Each category, and the probability from which it is to be told."""
        return self._weights.thresholds

    def clauses(self, subject: Subject) -> tuple[Clause, ...]:
        """Return the sentences of *subject* that may be a clause of a category, in order."""
        segments = segments_of(subject)
        text = subject.document.text
        # Where the words stand is told again of the few that may be clauses: it takes much memory.
        probabilities, levels = self._judged([tokens_of(text, *span)[0] for span in segments])
        starts = {section.start for section in subject.sections}
        return tuple(
            self._clause(span, *tokens_of(text, *span), probabilities[i], levels[i])
            for i, span in enumerate(segments)
            if span[0] not in starts and (probabilities[i] >= FLOOR).any()
        )

    def score(self, sentences: Sequence[str]) -> list[dict[str, float]]:
        """Return the probabilities of the *sentences* of one document, levels among them."""
        probabilities, levels = self._judged([tokens_of(s, 0, len(s))[0] for s in sentences])
        return [
            {
                **dict(zip(self.thresholds, map(float, found), strict=True)),
                **{f"level:{level}": chance for level, chance in grave.items()},
            }
            for found, grave in zip(probabilities, levels, strict=True)
        ]

    def presence(self, clauses: Sequence[Clause]) -> dict[str, float]:
        """Return for each category how probable it is that a document with *clauses* has one."""
        chances = np.zeros((len(clauses), len(self.thresholds)))
        for column, category in enumerate(self.thresholds):
            chances[:, column] = [clause.probabilities.get(category, 0.0) for clause in clauses]
        return dict(zip(self.thresholds, map(float, self.presence_of(chances)), strict=True))

    def presence_of(self, chances: Chances) -> Chances:
        """Return the same for *chances*, a row a sentence, a column a category."""
        slope, second_slope, constant = self._weights.presence
        least = np.zeros((2, chances.shape[1]))
        second, best = np.sort(np.clip(np.vstack([chances, least]), 0.001, 0.999), axis=0)[-2:]
        odds = slope * _log_odds(best) + second_slope * _log_odds(second) + constant
        return np.asarray(1 / (1 + np.exp(-odds)))

    def standpoints(self, subject: Subject, clauses: Sequence[Clause]) -> dict[str, Standpoint]:
        """Return for each hypothesis what *subject* says of it; empty but for NDAs."""
        rows = [self._row(tokens_of(subject.document.text, c.start, c.end)[0]) for c in clauses]
        return standpoints_of(self._weights, rows, [c.probabilities for c in clauses])

    def _judged(self, sentences: Sequence[list[str]]) -> tuple[Scores, list[dict[str, float]]]:
        first = self._weights.first(map(self._row, sentences))
        read = self._weights.network.scores(sentences)
        lengths = np.fromiter(map(len, sentences), np.float32, len(sentences))
        found = self._weights.probabilities(first, read, lengths)
        if not self._weights.levels or not sentences:
            return found, [{}] * len(sentences)
        shares = self._weights.level_shares(first, read, found, lengths)
        return found, [
            {level: round(float(one), 4) for level, one in zip(LEVELS, row, strict=True)}
            for row in shares
        ]

    def _row(self, words: list[str]) -> Row:
        return self._weights.vocabulary.row(words)

    def _clause(
        self,
        span: Span,
        words: list[str],
        places: list[Span],
        found: Scores,
        levels: dict[str, float],
    ) -> Clause:
        told = [column for column in range(len(found)) if found[column] >= FLOOR]
        names = list(self.thresholds)
        heavy = heaviest_words(self._weights, told, words, places)
        return Clause(
            start=span[0],
            end=span[1],
            probabilities={names[column]: round(float(found[column]), 4) for column in told},
            words={names[column]: own for column, own in zip(told, heavy, strict=True)},
            levels=levels,
        )


def _log_odds(chances: Chances) -> Chances:
    return np.asarray(np.log(chances / (1 - chances)))
