"""One trace for each review, through web server, broker and worker, to a collector over HTTP."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.collector import Collector, collector
from support.service import Service
from support.waiting import until

MARKER = "xylograph"


@pytest.fixture
def traces() -> Iterator[Collector]:
    with collector() as made:
        yield made


def by_name(spans: list[Any], review_id: str) -> dict[str, Any]:
    """Return the spans of a review's trace."""
    trace_id = bytes.fromhex(review_id.replace("-", ""))
    return {span.name: span for span in spans if span.trace_id == trace_id}


def test_a_review_is_one_trace_with_its_id_and_without_a_word_of_the_document(
    traces: Collector, start_service: Callable[..., Service], tmp_path: Path
) -> None:
    document = tmp_path / f"{MARKER}.md"
    document.write_text(f"# The {MARKER}\n\nThe the {MARKER} is TBD.\n")
    service = start_service(traces_endpoint=traces.endpoint).start()
    client = service.client()

    review_id = client.upload(document)
    client.wait_for_end(review_id)
    failed = client.upload(_broken(tmp_path))
    client.wait_for_end(failed)
    until(lambda: "review" in by_name(traces.spans, failed), what="the spans of both reviews")

    spans = by_name(traces.spans, review_id)
    stages = {name: span for name, span in spans.items() if name.startswith("stage ")}
    assert spans.keys() >= {"upload", "send", "review", "stage reading", "stage checks"}
    assert spans["upload"].parent_span_id == b""
    assert {spans["send"].parent_span_id, spans["review"].parent_span_id} == {
        spans["upload"].span_id
    }
    assert {span.parent_span_id for span in stages.values()} == {spans["review"].span_id}
    assert all(span.start_time_unix_nano < span.end_time_unix_nano for span in spans.values())
    assert by_name(traces.spans, failed)["review"].status.message == "corrupt"
    assert not any(MARKER.encode() in body for body in traces.bodies)


def _broken(folder: Path) -> Path:
    path = folder / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\nno more\n" * 10)
    return path


def test_a_collector_that_is_away_holds_nothing_up(
    start_service: Callable[..., Service], tmp_path: Path
) -> None:
    with collector() as gone:
        endpoint = gone.endpoint
    document = tmp_path / "plan.md"
    document.write_text("# Plan\n\nThe plan is TBD.\n")
    service = start_service(traces_endpoint=endpoint).start()
    client = service.client()

    assert client.wait_for_end(client.upload(document))["state"] == "SUCCESS"


def test_where_nobody_asks_for_traces_nothing_is_loaded_that_sends_them() -> None:
    look = (
        "import sys, ai_prism.app, ai_prism.tasks, ai_prism.cli.service;"
        " print([name for name in sys.modules if name.startswith('opentelemetry.exporter')])"
    )
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
