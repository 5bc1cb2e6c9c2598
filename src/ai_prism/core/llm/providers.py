"""The interfaces behind which models are served, each with the client that speaks it.

A model is named as its server names it, with the interface before it where that is not OpenAI's:
`anthropic:claude-sonnet-5`, `google:gemini-2.5-flash`, `bedrock:eu.amazon.nova-lite-v1:0`. The
packages of each are an extra of their own and are imported when such a model is named. Retries,
limits and fallbacks are ours (`asking`), so every client is told to try once.
"""

import json
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ai_prism.core.errors import ReviewerUnavailable

if TYPE_CHECKING:  # needs the extra
    import httpx2
    from pydantic_ai.models import Model

_CONNECT_SECONDS: Final = 5.0
#: More answers than any worker waits for at once, lest they wait for a connection, too.
_MOST_AT_ONCE: Final = 64
#: The clients insist on a key, and servers without one on nothing.
_NO_KEY: Final = "none"

#: The characters of each request that is sent while one question is asked.
request_sizes: ContextVar[list[int]] = ContextVar("request_sizes")


class Place(NamedTuple):
    """Where a model is served and how one is let in."""

    base_url: str  #: empty: the provider's own
    key: str  #: empty where none is asked for; Bedrock's client has means of its own
    seconds: float  #: how long an answer may take


class Served(NamedTuple):
    """A model as its client holds it."""

    model: "Model[Any]"
    base_url: str
    faults: tuple[type[Exception], ...]  #: what the client raises beside what Pydantic AI knows


def interface_of(name: str) -> tuple[str, str]:
    """Return the interface that *name* asks for, and what the server calls the model.

    Only the interfaces known here count: there are names of models with a colon.
    """
    interface, _, called = name.partition(":")
    return (interface, called) if called and interface in _MAKERS else (_OPENAI, name)


def extra_for(name: str) -> str:
    """Return the extra of ours that brings what asking the model called *name* needs."""
    interface, _ = interface_of(name)
    return "llm" if interface == _OPENAI else interface


@cache
def served(name: str, place: Place) -> Served:
    """Return the model called *name* at *place*, made once: its connections stay open.

    Raises:
        ImportError: the packages of its interface are not installed.
        ReviewerUnavailable: its client lacks something else.
    """
    interface, called = interface_of(name)
    return _MAKERS[interface](called, place)


def _openai(name: str, place: Place) -> Served:
    from openai import AsyncOpenAI, OpenAIError
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    base_url = place.base_url or "https://api.openai.com/v1"
    client = AsyncOpenAI(base_url=base_url, **_once(place))
    model = OpenAIChatModel(name, provider=OpenAIProvider(openai_client=client))
    return Served(model, base_url, (OpenAIError,))


def _anthropic(name: str, place: Place) -> Served:
    from anthropic import AnthropicError, AsyncAnthropic
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    base_url = place.base_url or "https://api.anthropic.com"
    client = AsyncAnthropic(base_url=base_url, **_once(place))
    model = AnthropicModel(name, provider=AnthropicProvider(anthropic_client=client))
    return Served(model, base_url, (AnthropicError,))


def _google(name: str, place: Place) -> Served:
    from google.genai.errors import APIError
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    base_url = place.base_url or "https://generativelanguage.googleapis.com"
    provider = GoogleProvider(
        api_key=place.key or _NO_KEY, base_url=base_url, http_client=_http_client()
    )
    return Served(GoogleModel(name, provider=provider), base_url, (APIError,))


def _bedrock(name: str, place: Place) -> Served:
    """Return the model; its client lets itself in as those of AWS do: variables, files, roles."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
    from pydantic_ai.models.bedrock import BedrockConverseModel
    from pydantic_ai.providers.bedrock import BedrockProvider

    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        # A thread waits for each answer, also for one that nobody wants any more.
        read_timeout=place.seconds,
        retries={"total_max_attempts": 1},
        max_pool_connections=_MOST_AT_ONCE,
    )
    try:
        client = boto3.client("bedrock-runtime", endpoint_url=place.base_url or None, config=config)
    except BotoCoreError as error:  # no region, or files that it cannot make out
        raise ReviewerUnavailable(f"The model {name} cannot be asked: {error}") from error
    client.meta.events.register("before-send.bedrock-runtime", _count_aws)
    model = BedrockConverseModel(name, provider=BedrockProvider(bedrock_client=client))
    return Served(model, client.meta.endpoint_url, (BotoCoreError, ClientError))


_OPENAI: Final = "openai"
_MAKERS: Final[dict[str, Callable[[str, Place], Served]]] = {
    _OPENAI: _openai,
    "anthropic": _anthropic,
    "google": _google,
    "bedrock": _bedrock,
}


def _once(place: Place) -> dict[str, Any]:
    """Return how the clients of OpenAI and Anthropic let themselves in, and try once."""
    return {"api_key": place.key or _NO_KEY, "max_retries": 0, "http_client": _http_client()}


def _http_client() -> "httpx2.AsyncClient":
    import httpx2

    return httpx2.AsyncClient(
        event_hooks={"request": [_count]},
        timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
        # What is set for the rest of the machine, such as a proxy, is meant for this, too.
        trust_env=True,
    )


async def _count(request: "httpx2.Request") -> None:
    _counted(await request.aread())


def _count_aws(request: Any, **_: Any) -> None:
    _counted(request.body)


def _counted(body: bytes) -> None:
    # JSON writes other than plain letters as "\u....": what is counted is the text itself.
    request_sizes.get().append(len(json.dumps(json.loads(body), ensure_ascii=False)))
