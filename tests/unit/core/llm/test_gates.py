"""A model that keeps failing is left in peace, and looked at again."""

import pytest

from ai_prism.core.llm.asking import ModelClosed
from ai_prism.core.llm.gates import CLOSED_SECONDS, FAILURES_TO_CLOSE, LocalGate
from support.models import sent


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def a_closed_gate() -> tuple[LocalGate, Clock]:
    clock = Clock()
    gate = LocalGate(clock)
    for _ in range(FAILURES_TO_CLOSE):
        gate.enter("one", 1, 1)
        gate.leave("one", sent(), failed=True)
    return gate, clock


def test_it_closes_for_the_model_that_failed_and_for_no_other() -> None:
    gate, _ = a_closed_gate()

    gate.enter("other", 1, 1)
    with pytest.raises(ModelClosed):
        gate.enter("one", 1, 1)


def test_after_a_while_one_question_looks_and_opens_it() -> None:
    gate, clock = a_closed_gate()
    clock.now = CLOSED_SECONDS + 1

    gate.enter("one", 1, 1)
    with pytest.raises(ModelClosed):
        gate.enter("one", 1, 1)
    gate.leave("one", sent(), failed=False)

    gate.enter("one", 1, 1)


def test_failures_count_only_in_a_row() -> None:
    gate = LocalGate()
    for failed in [True] * (FAILURES_TO_CLOSE - 1) + [False, True]:
        gate.leave("one", sent(), failed=failed)

    gate.enter("one", 1, 1)
