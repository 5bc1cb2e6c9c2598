"""Asking one model after another until one answers, within bounds.

What fails for a moment (too many requests, a server's fault, a cut connection) is tried again after
a pause; what fails for good goes to the next model in the list. Nothing is made up for an answer.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

import msgspec

from ai_prism.core.errors import ReviewerUnavailable
from ai_prism.core.llm import Answer
from ai_prism.core.llm.prompt import Prompt
from ai_prism.core.model import Sent

#: How often one model is asked the same.
_ATTEMPTS: Final = 4
_FIRST_PAUSE_SECONDS: Final = 0.5
_LONGEST_PAUSE_SECONDS: Final = 20.0
#: Characters of a token, on the safe side for languages with long words.
_CHARACTERS_OF_TOKEN: Final = 3


_T = TypeVar("_T")


class Reply(msgspec.Struct, Generic[_T], frozen=True):
    """What came of one question to one model."""

    answer: _T
    sent: Sent


class Told(msgspec.Struct, frozen=True):
    """An answer in words of the model's own."""

    text: str
    is_whole: bool = True  #: False: it was longer than it may be, and ends early


class ModelFailed(Exception):
    """A model did not answer, or not with what was asked for."""

    def __init__(
        self, reason: str, sent: Sent, *, passes: bool, retry_after: float | None = None
    ) -> None:
        """Say why.

        Args:
            reason: a few words for people, none of them the document's.
            sent: what was sent in vain.
            passes: whether the same question may be answered later.
            retry_after: seconds to wait, where the server has said so.
        """
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.passes = passes
        self.retry_after = retry_after


class HearerFailed(Exception):
    """Whoever hears an answer raised *cause*, which ends the asking and is no model's failure."""

    def __init__(self, cause: Exception, sent: Sent) -> None:
        """Keep *cause*, and what was *sent* until then."""
        super().__init__()
        self.cause = cause
        self.sent = sent


class ModelClosed(Exception):
    """A model is not to be asked now: it has failed too often, or is too busy for too long."""


class Model(Protocol):
    """One model at one server."""

    @property
    def name(self) -> str:
        """What its server calls it."""

    @property
    def answer_tokens(self) -> int:
        """How long its answer may be."""

    def ask(self, prompt: Prompt, seconds: float) -> Reply[Answer]:
        """Return its answer to *prompt*, given within *seconds*.

        Raises:
            ModelFailed: there is none.
        """

    def tell(self, prompt: Prompt, seconds: float, hear: Callable[[str], None]) -> Reply[Told]:
        """Return its answer in its own words; *hear* is called with what there is of it so far.

        Raises:
            ModelFailed: there is none.
            HearerFailed: *hear* raised something.
        """


class Gate(Protocol):
    """Lets questions through as far as limits and budget allow, for all who ask together."""

    def enter(self, model: str, tokens: int, patience: float) -> None:
        """Wait until a question of about *tokens* may be sent to *model*.

        Raises:
            ModelClosed: that will not be within *patience* seconds.
            BudgetSpent: nothing more may be sent to any model.
        """

    def leave(self, model: str, sent: Sent, *, failed: bool) -> None:
        """Take that the question is over; *failed*: its server could not answer."""


#: Puts a question to a model, which may take so many seconds.
Put: TypeAlias = Callable[[Model, float], Reply[_T]]


def ask(
    models: Sequence[Model],
    gate: Gate,
    prompt: Prompt,
    seconds: float,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Answer, str, tuple[Sent, ...]]:
    """Return what the first of *models* that answers remarks on; see `first_answer`."""
    return first_answer(
        models, gate, prompt, seconds, lambda model, left: model.ask(prompt, left), sleep
    )


def first_answer(
    models: Sequence[Model],
    gate: Gate,
    prompt: Prompt,
    seconds: float,
    put: Put[_T],
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[_T, str, tuple[Sent, ...]]:
    """Return the answer of the first of *models* that gives one, its name, and all that was sent.

    Args:
        models: in the order in which they are asked.
        gate: what each question has to pass.
        prompt: what is asked.
        seconds: how long all of it may take.
        put: asks one of them.
        sleep: pauses; what it raises ends the asking.

    Raises:
        BudgetSpent: nothing more may be sent.
        ReviewerUnavailable: no model has answered.
    """
    deadline = time.monotonic() + seconds
    sent: list[Sent] = []
    reasons: list[str] = []
    try:
        for model in models:
            try:
                reply = _ask_one(model, gate, prompt, put, deadline, sent, sleep)
            except (ModelFailed, ModelClosed) as error:
                reasons.append(f"{model.name}: {error}")
            else:
                return reply.answer, model.name, tuple(sent)
    except ReviewerUnavailable as error:
        error.sent = tuple(sent)
        raise
    said = "; ".join(reasons) or "none is configured"
    raise ReviewerUnavailable(f"No model has answered ({said}).", tuple(sent))


def _ask_one(
    model: Model,
    gate: Gate,
    prompt: Prompt,
    put: Put[_T],
    deadline: float,
    sent: list[Sent],
    sleep: Callable[[float], None],
) -> Reply[_T]:
    """Ask *model* until it answers or has failed for good; add what was *sent*."""
    tokens = len(prompt.standing + prompt.question) // _CHARACTERS_OF_TOKEN + model.answer_tokens
    for attempt in range(_ATTEMPTS):
        gate.enter(model.name, tokens, deadline - time.monotonic())
        try:
            reply = put(model, deadline - time.monotonic())
        except ModelFailed as error:
            sent.append(error.sent)
            gate.leave(model.name, error.sent, failed=error.passes)
            pause = _pause(attempt, error.retry_after)
            is_late = time.monotonic() + pause > deadline
            if not error.passes or is_late or attempt == _ATTEMPTS - 1:
                raise
        except HearerFailed as error:
            gate.leave(model.name, error.sent, failed=False)
            raise error.cause from None
        else:
            sent.append(reply.sent)
            gate.leave(model.name, reply.sent, failed=False)
            return reply
        sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def _pause(attempt: int, retry_after: float | None) -> float:
    """Return how long to wait: what the server asks for, else ever longer and never all at once.

    With full jitter many who failed together do not come back together:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempt)
    jitter = random.uniform(0, longest)  # noqa: S311 - spreads load, guards nothing
    return jitter if retry_after is None else retry_after + jitter / 4
