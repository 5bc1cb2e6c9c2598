"""The traces as OpenTelemetry has them, sent to a collector over HTTP."""

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags

from ai_prism import __version__
from ai_prism.core.errors import PrismError

#: A collector that is away costs so much at the end of a process, and nobody waits for it before.
_SEND_SECONDS: Final = 3.0
#: A process that is killed loses what it has not sent.
_BATCH_MILLISECONDS: Final = 1000.0
_HALF: Final = 2**64

#: The review whose first span is being made.
_beginning: ContextVar[int | None] = ContextVar("beginning", default=None)


class _Ids(RandomIdGenerator):
    """Makes ids, but takes those of a first span from the review's."""

    def generate_trace_id(self) -> int:
        return _beginning.get() or super().generate_trace_id()

    def generate_span_id(self) -> int:
        number = _beginning.get()
        return super().generate_span_id() if number is None else _first_span(number)


class Traces:
    """Sends spans in batches, from a thread of its own."""

    def __init__(self, endpoint: str) -> None:
        """Send to the collector at *endpoint*, with the path that takes traces."""
        facts = Resource.create({"service.name": "ai-prism", "service.version": __version__})
        provider = TracerProvider(resource=facts, id_generator=_Ids())
        sender = OTLPSpanExporter(endpoint=endpoint, timeout=_SEND_SECONDS)
        # It begins its thread anew in a process that is forked from this one.
        provider.add_span_processor(
            BatchSpanProcessor(sender, schedule_delay_millis=_BATCH_MILLISECONDS)
        )
        self._tracer = provider.get_tracer("ai_prism", __version__)

    def begin(self, review_id: str, seconds: float) -> None:
        """Note the upload, which took *seconds*."""
        mark = _beginning.set(uuid.UUID(review_id).int)
        try:
            begun = time.time_ns() - int(seconds * 1e9)
            facts = {"review_id": review_id}
            self._tracer.start_span(
                "upload", context=Context(), start_time=begun, attributes=facts
            ).end()
        finally:
            _beginning.reset(mark)

    @contextmanager
    def span(self, name: str, review_id: str, facts: Mapping[str, str | int]) -> Iterator[None]:
        """Note the block, inside the span of this review that is open here, or its first."""
        within = _context_of(uuid.UUID(review_id).int)
        with self._tracer.start_as_current_span(
            name,
            context=within,
            attributes={"review_id": review_id, **facts},
            # The words of an exception can quote the document.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                code = error.code if isinstance(error, PrismError) else type(error).__name__
                span.set_status(Status(StatusCode.ERROR, code))
                raise

    def failed(self, code: str) -> None:
        """Note that what the open span is about has failed."""
        trace.get_current_span().set_status(Status(StatusCode.ERROR, code))


def _context_of(number: int) -> Context | None:
    """Return where a span of the review *number* belongs; None: where it is opened."""
    if trace.get_current_span().get_span_context().trace_id == number:
        return None
    first = SpanContext(number, _first_span(number), True, TraceFlags(TraceFlags.SAMPLED))
    return trace.set_span_in_context(NonRecordingSpan(first), Context())


def _first_span(number: int) -> int:
    """Return the id of the first span: the half of the review's that is never nought."""
    return number % _HALF
