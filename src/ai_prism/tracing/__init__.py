"""Traces of reviews, for whoever wants to see where the time goes across processes.

The id of a trace is that of the review, and its first span's is made from it: whoever has a review
in hand knows both, so nothing about traces need cross the broker, where a message may lead to
another review than its own. Without a collector all of this does nothing, and nothing is loaded.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING

from ai_prism.core.progress import Event, Progress, StageReached
from ai_prism.settings import InvalidSettings, Settings

if TYPE_CHECKING:  # needs the extra
    from ai_prism.tracing.otel import Traces

_traces: "Traces | None" = None


def configure(settings: Settings) -> None:
    """Send traces of this process, and of those that it forks, where *settings* say.

    Raises:
        InvalidSettings: they name a collector, and what sends to it is not installed.
    """
    global _traces
    if not settings.traces_endpoint or _traces:
        return
    try:
        from ai_prism.tracing.otel import Traces
    except ImportError as error:
        raise InvalidSettings(
            f"AI_PRISM_TRACES_ENDPOINT is set, and {error.name} is not installed:"
            " `pip install 'ai-prism[otel]'` adds it."
        ) from error
    _traces = Traces(settings.traces_endpoint)


def begin(review_id: str, seconds: float) -> None:
    """Note the first span of a review: its upload, which has just ended and took *seconds*."""
    if _traces:
        _traces.begin(review_id, seconds)


def span(name: str, review_id: str, **facts: str | int) -> AbstractContextManager[None]:
    """Return what notes the block as a part of the review; *facts* are no words of a document."""
    return _traces.span(name, review_id, facts) if _traces else nullcontext()


def failed(code: str) -> None:
    """Note on the span that is open here that what it is about has failed with *code*."""
    if _traces:
        _traces.failed(code)


@contextmanager
def by_stage(review_id: str, progress: Progress) -> Iterator[Callable[[Event], None]]:
    """Give what notes each stage that it is told of, and passes everything on to *progress*."""
    with ExitStack() as stage:
        reached = None

        def told(event: Event) -> None:
            nonlocal reached
            if isinstance(event, StageReached) and event.stage is not reached:
                reached = event.stage
                stage.close()
                stage.enter_context(span(f"stage {reached.value}", review_id))
            progress(event)

        yield told
