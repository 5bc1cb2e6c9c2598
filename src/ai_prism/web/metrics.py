"""GET /metrics: figures of the whole service for Prometheus. No word of a document is in them.

What has happened and what waits comes from the database, so that any web process gives the same
answer; only memory, open streams and the like are of the process that answers.
"""

import hmac
import math
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Final, TypeVar

import redis
from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    SummaryMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from ai_prism import __version__
from ai_prism.core.errors import PrismError
from ai_prism.core.progress import Stage
from ai_prism.storage import figures
from ai_prism.storage.figures import Figures
from ai_prism.storage.tables import FINAL
from ai_prism.storage.tallies import BOUNDS, Tally
from ai_prism.web.services import Services, services

blueprint = Blueprint("metrics", __name__)

_Label = TypeVar("_Label", bound=str)

_SEVERITIES: Final = ("high", "medium", "low")
#: Which way tokens went: to a model, or from it.
_WAYS: Final = ("in", "out")
#: What a proxy adds; a request with it does not come from this machine, whoever sent it on.
_SENT_ON: Final = ("Forwarded", "X-Forwarded-For")


class MetricsClosed(PrismError):
    """Somebody asks for the figures who may not have them."""

    code = "metrics_closed"
    advice = "Ask from the machine itself, or set AI_PRISM_METRICS_TOKEN and send it as a token."


@blueprint.get("/metrics")
def show() -> Response:
    """Return the figures, as text that Prometheus reads."""
    made = services()
    _let_in(made.settings.metrics_token)
    registry = CollectorRegistry()
    registry.register(_Collector(made))
    if made.settings.web_processes == 1:
        # With several, each answer would be about another of them, and curves would jump.
        ProcessCollector(registry=registry)
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=content_type)


def _let_in(token: str) -> None:
    """Raise MetricsClosed unless who asks has *token*, or is on this machine where there is none.

    As readable as they are, figures tell who works when: they are not for everybody.
    """
    if token:
        sent = request.authorization
        given = (sent.token or "") if sent and sent.type == "bearer" else ""
        is_known = hmac.compare_digest(given.encode(), token.encode())
    else:
        is_sent_on = any(name in request.headers for name in _SENT_ON)
        is_known = not is_sent_on and _is_loopback(request.remote_addr or "")
    if not is_known:
        raise MetricsClosed("These figures are not for everybody.")


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False  # a Unix socket or nonsense: nothing that says who asks


class _Collector(Collector):
    """What Prometheus' client asks for the figures."""

    def __init__(self, made: Services) -> None:
        self._made = made

    def collect(self) -> Iterator[Metric]:
        now = figures.look(self._made.database)
        yield from _service(self._made)
        yield from _queues(now)
        yield from _reviews(now)
        yield from _times(now)


def _service(made: Services) -> Iterator[Metric]:
    yield _gauge("build_info", "Always 1; the label says which version runs.", version=__version__)
    yield _gauge("redis_up", "Whether Redis answers.", _is_up(made))
    if made.settings.web_processes == 1:
        streams = made.hub.watching_count
        yield _gauge("open_streams", "Event streams and waiting requests that are open.", streams)


def _is_up(made: Services) -> bool:
    try:
        made.events.ping()
    except redis.RedisError:
        return False
    return True


def _queues(now: Figures) -> Iterator[Metric]:
    parts: dict[str, tuple[str, dict[str, float]]] = {
        "length": ("Reviews that wait.", {}),
        "age_seconds": ("How long the oldest of them has waited.", {}),
        "running": ("Reviews that a worker is at.", {}),
        "is_listened_to": ("Whether a worker works on this queue.", {}),
    }
    for queue, of_it in now.queues.items():
        for part, (_, amounts) in parts.items():
            amounts[queue] = getattr(of_it, part)
    for part, (text, amounts) in parts.items():
        yield _gauges(f"queue_{part}", text, "queue", amounts)


def _reviews(now: Figures) -> Iterator[Metric]:
    ended, failed = now.totals[Tally.ENDED], now.totals[Tally.FAILED]
    found = now.totals[Tally.FINDINGS]
    yield _gauges("reviews", "Reviews that are kept.", "state", now.kept)
    yield _counter("uploads", "Documents taken in.", now.totals[Tally.UPLOADS])
    yield _counter("upload_bytes", "Bytes of them.", now.totals[Tally.UPLOAD_BYTES])
    by_state = {state: ended.get(state, 0.0) for state in FINAL}
    yield _counters("reviews_ended", "Reviews that came to an end.", "state", by_state)
    yield _counters("reviews_failed", "Reviews that failed, by code.", "code", failed)
    severities = {severity: found.get(severity, 0.0) for severity in _SEVERITIES}
    yield _counters("findings", "Findings of whole reviews.", "severity", severities)
    yield _counter("pages", "Pages of reviewed documents.", now.totals[Tally.PAGES])
    yield _counter("words", "Words of reviewed documents.", now.totals[Tally.WORDS])
    tokens = {way: now.totals[Tally.TOKENS].get(way, 0.0) for way in _WAYS}
    yield _counters("tokens", "Tokens of models in whole reviews.", "direction", tokens)
    yield _counter("dollars", "US dollars for them.", now.totals[Tally.DOLLARS])


def _times(now: Figures) -> Iterator[Metric]:
    stages = SummaryMetricFamily(
        "ai_prism_stage_seconds", "Time spent in each stage of whole reviews.", labels=["stage"]
    )
    for stage in Stage:
        often = int(now.totals[Tally.STAGES].get(stage, 0))
        stages.add_metric([stage], often, now.totals[Tally.STAGE_SECONDS].get(stage, 0.0))
    yield stages
    for name, text, buckets, seconds in (
        ("review_seconds", "From begin to end.", Tally.REVIEW_BUCKETS, Tally.REVIEW_SECONDS),
        ("waiting_seconds", "From queued to begun.", Tally.WAITING_BUCKETS, Tally.WAITING_SECONDS),
    ):
        yield HistogramMetricFamily(
            f"ai_prism_{name}",
            f"Time that reviews took. {text}",
            buckets=_cumulated(now.totals[buckets]),
            sum_value=now.totals[seconds].get("", 0.0),
        )


def _cumulated(buckets: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return how many stayed under each bound; Prometheus counts the smaller ones along."""
    under, result = 0.0, []
    for bound in BOUNDS:
        under += buckets.get(str(bound), 0.0)
        result.append(("+Inf" if math.isinf(bound) else str(bound), under))
    return result


def _gauge(name: str, text: str, value: float = 1, **labels: str) -> Metric:
    family = GaugeMetricFamily(f"ai_prism_{name}", text, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family


def _gauges(name: str, text: str, label: str, amounts: Mapping[_Label, float]) -> Metric:
    family = GaugeMetricFamily(f"ai_prism_{name}", text, labels=[label])
    for value, amount in amounts.items():
        family.add_metric([value], amount)
    return family


def _counter(name: str, text: str, amounts: Mapping[str, float]) -> Metric:
    return CounterMetricFamily(f"ai_prism_{name}", text, value=amounts.get("", 0.0))


def _counters(name: str, text: str, label: str, amounts: Mapping[_Label, float]) -> Metric:
    family = CounterMetricFamily(f"ai_prism_{name}", text, labels=[label])
    for value, amount in amounts.items():
        family.add_metric([value], amount)
    return family
