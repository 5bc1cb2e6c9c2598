"""What operators see of a real service: figures, and a log that names the review."""

import json
from collections.abc import Callable

from prometheus_client.parser import text_string_to_metric_families

from ai_prism import examples
from support.service import Service


def test_one_search_shows_a_review_on_its_way(start_service: Callable[..., Service]) -> None:
    service = start_service(log_format="json", metrics_token="t0ken").start()
    with service.client() as client:
        review_id = client.upload(examples.path("incident-report.docx"))
        ended = client.wait_for_end(review_id)
        answer = client.get("/metrics", headers={"Authorization": "Bearer t0ken"})
    service.stop()

    lines = [json.loads(line) for line in service.log.splitlines() if line.startswith("{")]
    found = [line for line in lines if line.get("review_id") == review_id]
    samples = [
        sample
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    ]
    assert ended["state"] == "SUCCESS"
    assert sorted(str(line["logger"]) for line in found) == [
        "ai_prism.reviewing",  # begins
        "ai_prism.reviewing",  # ends
        "ai_prism.tasks",
        "ai_prism.web.uploads",
    ]
    assert len({line["process"] for line in found}) == 2
    assert [
        sample.value
        for sample in samples
        if sample.name == "ai_prism_reviews_ended_total" and sample.labels["state"] == "SUCCESS"
    ] == [1]
    assert sum(s.value for s in samples if s.name == "ai_prism_findings_total") > 0
