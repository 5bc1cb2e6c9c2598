"""The reviewer that the settings ask for: a model's, one of one's own, or none."""

import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from ai_prism.core.errors import ReviewerUnavailable
from ai_prism.core.llm import NoReviewer, Reviewer
from ai_prism.core.llm.asking import Gate, Model
from ai_prism.core.llm.gates import LocalGate
from ai_prism.core.llm.model_reviewer import ModelReviewer
from ai_prism.core.llm.providers import extra_for
from ai_prism.settings import InvalidSettings, Settings

if TYPE_CHECKING:  # needs the extra
    from ai_prism.core.llm.served_model import Prices


def load_reviewer(settings: Settings) -> Reviewer:
    """Return the reviewer that *settings* ask for.

    Raises:
        ReviewerUnavailable: it is not there, or what it needs is not installed.
        InvalidSettings: what is said of the models does not fit together.
    """
    if settings.llm_models:
        return model_reviewer(settings, models_of(settings), LocalGate())
    return _of_ones_own(settings.reviewer) if settings.reviewer else NoReviewer()


def model_reviewer(
    settings: Settings,
    models: Sequence[Model],
    gate: Gate,
    sleep: Callable[[float], None] = time.sleep,
) -> ModelReviewer:
    """Return the reviewer that asks *models* through *gate*; *sleep* makes its pauses."""
    return ModelReviewer(
        models,
        gate,
        seconds=settings.llm_passage_seconds,
        redacts=settings.llm_redact,
        sleep=sleep,
    )


def models_of(settings: Settings) -> tuple[Model, ...]:
    """Return the models that *settings* name, in their order.

    Raises:
        ReviewerUnavailable: what they need is not installed.
        InvalidSettings: what is said of them does not fit together.
    """
    names = listed(settings.llm_models)
    places = _for_each(names, settings.llm_base_url, "AI_PRISM_LLM_BASE_URL")
    keys = _for_each(names, settings.secret("llm_key"), "AI_PRISM_LLM_KEY")
    prices = _for_each(names, settings.llm_prices, "AI_PRISM_LLM_PRICES")
    return tuple(
        _served(name, place, key, price, settings)
        for name, place, key, price in zip(names, places, keys, prices, strict=True)
    )


def _served(name: str, place: str, key: str, price: str, settings: Settings) -> Model:
    try:
        from ai_prism.core.llm.served_model import ServedModel

        return ServedModel(
            name,
            base_url=place,
            key=key,
            shape=settings.llm_shape,
            answer_tokens=settings.llm_answer_tokens,
            seconds=settings.llm_answer_seconds,
            prices=_prices(price) if price else None,
        )
    except ImportError as error:
        raise ReviewerUnavailable(
            f"AI_PRISM_LLM_MODELS names {name}, and {error.name} is not installed:"
            f" `pip install 'ai-prism[{extra_for(name)}]'` adds it."
        ) from error


def _of_ones_own(name: str) -> Reviewer:
    module, _, factory = name.partition(":")
    try:
        made: Reviewer = getattr(import_module(module), factory)()
    except (ImportError, AttributeError, ValueError) as error:
        raise ReviewerUnavailable(f"The reviewer {name} cannot be loaded: {error}.") from error
    return made


def listed(values: str) -> list[str]:
    """Return the names in a setting that gives several, with commas between."""
    return [value.strip() for value in values.split(",")]


def _for_each(names: Sequence[str], values: str, variable: str) -> list[str]:
    """Return a value for each of *names*: its own, or the one that is for all."""
    given = listed(values)
    if len(given) not in (1, len(names)):
        raise InvalidSettings(
            f"{variable} has {len(given)} values for {len(names)} models: give one, or one each."
        )
    return given * len(names) if len(given) == 1 else given


def _prices(text: str) -> "Prices":
    from ai_prism.core.llm.served_model import Prices

    tokens_in, _, tokens_out = text.partition("/")
    try:
        return Prices(tokens_in=float(tokens_in), tokens_out=float(tokens_out))
    except ValueError:
        raise InvalidSettings(
            f"AI_PRISM_LLM_PRICES={text}: two figures with a slash between, such as 0.15/0.60."
        ) from None
