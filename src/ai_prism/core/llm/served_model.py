"""A model at a server, asked for answers of the right shape.

Needs the extra `ai-prism[llm]`; nothing imports this module unless a model is configured. The
official client of the server's interface speaks to it (`providers`), and Pydantic AI asks.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from functools import cache
from typing import Any, Final, Literal, TypeAlias, TypeVar
from urllib.parse import urlsplit

import genai_prices
import httpx2
import msgspec
from pydantic_ai import Agent, ModelRetry, NativeOutput, PromptedOutput, StructuredDict, ToolOutput
from pydantic_ai.exceptions import (
    AgentRunError,
    ModelAPIError,
    ModelConnectionError,
    ModelHTTPError,
    ModelQuotaExceededError,
    UserError,
)
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RunUsage

from ai_prism.core.decoding import prepared
from ai_prism.core.llm import Answer
from ai_prism.core.llm.asking import HearerFailed, ModelFailed, Reply, Told
from ai_prism.core.llm.prompt import Prompt
from ai_prism.core.llm.providers import Place, interface_of, request_sizes, served
from ai_prism.core.model import Sent

_T = TypeVar("_T")

#: How the server is asked for an answer of the right shape: as the argument of a tool that it
#: calls, as JSON that keeps to a schema, or in words alone.
Shape: TypeAlias = Literal["tool", "schema", "prompt"]

#: What may be answered when the same question comes later.
_PASSING: Final = frozenset({408, 409, 425, 429})
_FIRST_SERVER_FAULT: Final = 500
#: An answer of the wrong shape is sent back once, with what is wrong with it.
_SECOND_CHANCES: Final = 1
#: What may be raised whatever the interface; each client has faults of its own besides.
_FAULTS: Final[tuple[type[Exception], ...]] = (
    AgentRunError,
    UserError,
    httpx2.HTTPError,
    ValueError,
)
_MILLION: Final = 1_000_000
#: An answer is heard piece by piece, as fast as people read and no faster.
_HEARD_EACH_SECONDS: Final = 0.25


class Prices(msgspec.Struct, frozen=True):
    """What a model costs, in US dollars for a million tokens."""

    tokens_in: float
    tokens_out: float


class ServedModel:
    """One model at one server."""

    def __init__(
        self,
        name: str,
        *,
        base_url: str,
        key: str,
        shape: Shape,
        answer_tokens: int,
        seconds: float,
        prices: Prices | None = None,
    ) -> None:
        """Take what it needs to be asked; nothing is sent yet.

        Args:
            name: what the server calls it, after the name of its interface: see `providers`.
            base_url: where the server is; empty: the provider's own.
            key: what the server lets us in with; empty where it does not ask.
            shape: how an answer of the right form is asked for.
            answer_tokens: how long an answer may be.
            seconds: how long one answer may take.
            prices: what it costs; None: what is publicly known of it, if anything.

        Raises:
            ImportError: the packages of its interface are not installed.
            ReviewerUnavailable: its client lacks something else.
        """
        self.name = name
        self.answer_tokens = answer_tokens
        self._seconds = seconds
        self._prices = prices
        self._served = served(name, Place(base_url, key, seconds))
        self._faults = (*_FAULTS, *self._served.faults)
        self._shape = shape

    def ask(self, prompt: Prompt, seconds: float) -> Reply[Answer]:
        """Return its answer to *prompt*, given within *seconds*.

        Raises:
            ModelFailed: there is none.
        """
        seconds = min(seconds, self._seconds)
        return _run(self._answered(lambda usage: self._ask(prompt, usage), seconds))

    def tell(self, prompt: Prompt, seconds: float, hear: Callable[[str], None]) -> Reply[Told]:
        """Return its answer in its own words; *hear* is called with what there is of it so far.

        Raises:
            ModelFailed: there is none.
            HearerFailed: *hear* raised something.
        """
        seconds = min(seconds, self._seconds)
        return _run(self._answered(lambda usage: self._tell(prompt, usage, hear), seconds))

    async def _ask(self, prompt: Prompt, usage: RunUsage) -> Answer:
        ran = await _agent(self._shape).run(prompt.question, usage=usage, **self._settings(prompt))
        return _answer(ran.output)

    async def _tell(self, prompt: Prompt, usage: RunUsage, hear: Callable[[str], None]) -> Told:
        asked = _speaker().run_stream(prompt.question, usage=usage, **self._settings(prompt))
        text = ""
        async with asked as stream:
            async for text in stream.stream_text(debounce_by=_HEARD_EACH_SECONDS):
                # Whoever hears may write it down: the loop serves others meanwhile.
                await asyncio.to_thread(_heard, hear, text)
            # What the server said: without a word of it the client takes any end for a good one,
            # a connection that was closed in the middle included.
            said = stream.response
        if not (said.provider_details or {}).get("finish_reason"):
            raise _BrokenOff
        return Told(text=text, is_whole=said.finish_reason != "length")

    def _settings(self, prompt: Prompt) -> dict[str, Any]:
        return {
            "instructions": prompt.standing,
            "model": self._served.model,
            "model_settings": ModelSettings(max_tokens=self.answer_tokens),
        }

    async def _answered(
        self, put: Callable[[RunUsage], Awaitable[_T]], seconds: float
    ) -> Reply[_T]:
        usage, sent = RunUsage(), list[int]()
        request_sizes.set(sent)
        try:
            async with asyncio.timeout(seconds):
                answer = await put(usage)
        except _HearerRaised as error:
            raise HearerFailed(error.cause, self._sent(sent, usage)) from None
        except (TimeoutError, _BrokenOff) as error:
            reason = (
                "its server broke off" if isinstance(error, _BrokenOff) else "no answer in time"
            )
            raise ModelFailed(reason, self._sent(sent, usage), passes=True) from None
        except self._faults as error:
            raise _failure(error, self._sent(sent, usage)) from error
        return Reply(answer=answer, sent=self._sent(sent, usage))

    def _sent(self, requests: list[int], usage: RunUsage) -> Sent:
        return Sent(
            to=urlsplit(self._served.base_url).netloc.rpartition("@")[2],
            model=self.name,
            requests=len(requests),
            characters=sum(requests),
            tokens_in=usage.input_tokens,
            tokens_out=usage.output_tokens,
            price=self._price(usage),
        )

    def _price(self, usage: RunUsage) -> float | None:
        if self._prices:
            cost = usage.input_tokens * self._prices.tokens_in
            return (cost + usage.output_tokens * self._prices.tokens_out) / _MILLION
        try:
            known = genai_prices.calc_price(
                usage, interface_of(self.name)[1], provider_api_url=self._served.base_url
            )
        except LookupError:
            return None
        return float(known.total_price)


class _BrokenOff(Exception):
    """An answer has no end."""


class _HearerRaised(Exception):
    """Whoever hears an answer raised *cause*, which the client must not take for its own."""

    def __init__(self, cause: Exception) -> None:
        super().__init__()
        self.cause = cause


def _heard(hear: Callable[[str], None], text: str) -> None:
    try:
        hear(text)
    except Exception as error:
        raise _HearerRaised(error) from error


def _failure(error: Exception, sent: Sent) -> ModelFailed:
    """Return what *error* means, in words that hold none of the document's."""
    if isinstance(error, ModelHTTPError):
        status = error.status_code
        is_busy = status in _PASSING or status >= _FIRST_SERVER_FAULT
        passes = is_busy and not isinstance(error, ModelQuotaExceededError)
        reason = f"its server answered {status}"
    elif isinstance(error, ModelConnectionError):
        passes, reason = True, "its server cannot be reached, or broke off"
    elif isinstance(error, ModelAPIError):
        passes, reason = True, "its server failed"
    elif isinstance(error, AgentRunError):
        passes, reason = False, "its answer did not have the right form"
    else:
        passes, reason = False, f"its client failed: {type(error).__name__}"
    wait = error.retry_after if isinstance(error, ModelAPIError) else None
    return ModelFailed(reason, sent, passes=passes, retry_after=wait)


def _answer(said: dict[str, Any]) -> Answer:
    return msgspec.convert(said, prepared(Answer))


@cache
def _agent(shape: Shape) -> Agent[None, dict[str, Any]]:
    """Return what asks for an `Answer`; the model is named with each question."""
    form = StructuredDict(msgspec.json.schema(Answer), name="review")
    outputs: dict[str, Any] = {
        "tool": ToolOutput(form, name="review"),
        "schema": NativeOutput(form, name="review"),
        "prompt": PromptedOutput(form),
    }
    agent: Agent[None, dict[str, Any]] = Agent(
        output_type=outputs[shape], retries={"output": _SECOND_CHANCES}
    )

    @agent.output_validator
    def has_the_right_form(said: dict[str, Any]) -> dict[str, Any]:
        try:
            _answer(said)
        except msgspec.ValidationError as error:
            raise ModelRetry(str(error)) from None
        return said

    return agent


@cache
def _speaker() -> Agent[None, str]:
    """Return what asks for an answer in words; the model is named with each question."""
    return Agent(output_type=str)


def _run(work: Coroutine[Any, Any, _T]) -> _T:
    """Return what *work* comes to, in the one loop of this process.

    The client's connections belong to a loop; with one for each thread they could not be shared,
    and fail when it ends: https://github.com/pydantic/pydantic-ai/issues/1196
    """
    future = asyncio.run_coroutine_threadsafe(work, _loop())
    try:
        return future.result()
    finally:
        future.cancel()  # an exception from outside, such as Ctrl-C, ends the question, too


_loop_lock: Final = threading.Lock()


def _loop() -> asyncio.AbstractEventLoop:
    with _loop_lock:  # the threads of a pool all ask at once
        return _one_loop()


@cache
def _one_loop() -> asyncio.AbstractEventLoop:
    """Return the loop of this process, in a thread of its own; nobody asks before a fork."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="models", daemon=True).start()
    return loop
