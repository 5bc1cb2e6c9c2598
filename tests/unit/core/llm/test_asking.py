"""Asking models in their order, again where that may help, and no longer than allowed."""

import pytest

from ai_prism.core.errors import BudgetSpent, ReviewerUnavailable
from ai_prism.core.llm import Answer
from ai_prism.core.llm.asking import HearerFailed, ModelClosed, Reply, ask, first_answer
from ai_prism.core.llm.prompt import Prompt
from ai_prism.core.model import Sent
from support.models import NOTHING, OpenGate, ScriptedModel, failure, sent

PROMPT = Prompt(standing="Be terse.", question="What is wrong?")


class Pauses(list[float]):
    """Takes what a sleep would last."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def test_the_first_model_that_answers_is_taken() -> None:
    first, second = ScriptedModel([NOTHING], "a"), ScriptedModel([NOTHING], "b")

    answer, name, sent = ask([first, second], OpenGate(), PROMPT, 60)

    assert (answer, name, len(sent)) == (NOTHING, "a", 1)
    assert second.asked == []


def test_what_passes_is_tried_again_after_growing_pauses_with_jitter() -> None:
    pauses = Pauses()
    model = ScriptedModel([failure(), failure(), failure(), NOTHING])

    _, _, sent = ask([model], OpenGate(), PROMPT, 60, pauses)

    assert len(sent) == 4
    assert len(pauses) == 3
    assert all(0 <= pause <= 0.5 * 2**n for n, pause in enumerate(pauses))


def test_the_server_says_how_long_to_wait() -> None:
    pauses = Pauses()
    model = ScriptedModel([failure(retry_after=7.0), NOTHING])

    ask([model], OpenGate(), PROMPT, 60, pauses)

    assert 7.0 <= pauses[0] <= 7.2


def test_who_must_wait_longer_than_there_is_time_asks_the_next() -> None:
    pauses = Pauses()
    first = ScriptedModel([failure(retry_after=3600.0)], "a")

    _, name, _ = ask([first, ScriptedModel([NOTHING], "b")], OpenGate(), PROMPT, 60, pauses)

    assert name == "b"
    assert pauses == []


def test_what_fails_for_good_is_not_tried_again() -> None:
    first = ScriptedModel([failure(passes=False)], "a")
    gate = OpenGate()

    _, name, sent = ask([first, ScriptedModel([NOTHING], "b")], gate, PROMPT, 60)

    assert name == "b"
    assert len(first.asked) == 1
    assert len(sent) == 2
    assert gate.left == [("a", False), ("b", False)]


def test_a_closed_model_is_passed_by() -> None:
    class Closed(OpenGate):
        def enter(self, model: str, tokens: int, patience: float) -> None:
            if model == "a":
                raise ModelClosed("it has failed too often")

    first = ScriptedModel([], "a")

    _, name, _ = ask([first, ScriptedModel([NOTHING], "b")], Closed(), PROMPT, 60)

    assert name == "b"
    assert first.asked == []


def test_when_no_model_answers_the_error_says_why_and_what_was_sent() -> None:
    models = [ScriptedModel([failure(passes=False)], name) for name in "ab"]

    with pytest.raises(ReviewerUnavailable, match=r"a: no answer; b: no answer") as caught:
        ask(models, OpenGate(), PROMPT, 60)

    assert len(caught.value.sent) == 2


def test_a_spent_budget_asks_nobody_else() -> None:
    class Spent(OpenGate):
        def enter(self, model: str, tokens: int, patience: float) -> None:
            if self.left:
                raise BudgetSpent("The budget is spent.")

    second = ScriptedModel([NOTHING], "b")

    with pytest.raises(BudgetSpent) as caught:
        ask([ScriptedModel([failure(passes=False)], "a"), second], Spent(), PROMPT, 60)

    assert second.asked == []
    assert len(caught.value.sent) == 1


def test_an_answer_counts_what_it_took_to_get_it() -> None:
    gate = OpenGate()

    ask([ScriptedModel([failure(), NOTHING])], gate, PROMPT, 60, Pauses())

    assert gate.left == [("one", True), ("one", False)]


def test_the_gate_is_told_of_question_and_answer_in_tokens() -> None:
    class Counting(OpenGate):
        tokens = 0

        def enter(self, model: str, tokens: int, patience: float) -> None:
            self.tokens = tokens

        def leave(self, model: str, sent: Sent, *, failed: bool) -> None:
            assert sent.tokens_in == 20

    gate = Counting()
    ask([ScriptedModel([Answer(remarks=(), summary="", statements=())])], gate, PROMPT, 60)

    assert gate.tokens == len(PROMPT.standing + PROMPT.question) // 3 + 1000


def test_what_a_hearer_raises_goes_up_and_gives_the_place_back() -> None:
    gate = OpenGate()

    def put(_: object, __: float) -> Reply[Answer]:
        raise HearerFailed(KeyError("gone"), sent())

    with pytest.raises(KeyError, match="gone"):
        first_answer([ScriptedModel([])], gate, PROMPT, 60, put)

    assert gate.left == [("one", False)]
