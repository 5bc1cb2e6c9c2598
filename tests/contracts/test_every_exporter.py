"""What every exporter promises, tried on each of EXPORTERS."""

import re

import msgspec
import pytest

from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.exporters import EXPORTERS, Exporter
from ai_prism.core.model import Coverage, NotRead, Problem, Review
from ai_prism.examples import path

pytestmark = pytest.mark.parametrize("exporter", EXPORTERS.values(), ids=EXPORTERS.keys())


@pytest.fixture(scope="module")
def review() -> Review:
    return DocumentAnalyzer().analyze(path("design-document.md"))


def test_the_same_review_gives_the_same_bytes(exporter: Exporter, review: Review) -> None:
    assert exporter.export(review) == exporter.export(review)


def test_every_finding_is_in_the_report(exporter: Exporter, review: Review) -> None:
    report = exporter.export(review).decode()

    assert review.findings
    for finding in review.findings:
        assert finding.rule_id in report


def test_the_verdict_names_the_risk(exporter: Exporter, review: Review) -> None:
    report = exporter.export(review).decode()

    assert review.risk.level.value in report
    assert str(review.risk.score) in report


def test_what_was_not_read_or_checked_is_said(exporter: Exporter, review: Review) -> None:
    problem = Problem(code="check_failed", message="One rule broke", where="a rule")
    coverage = Coverage(read=0.5, not_read=(NotRead(what="Page 7", why="it is an image"),))
    blemished = msgspec.structs.replace(review, findings=(), problems=(problem,), coverage=coverage)

    report = exporter.export(blemished).decode()

    assert "One rule broke" in report
    assert "it is an image" in report
    assert "everything was read" not in report


def test_a_document_without_findings_can_be_exported(exporter: Exporter, review: Review) -> None:
    assert exporter.export(msgspec.structs.replace(review, findings=(), sections=()))


def test_a_media_type_is_given(exporter: Exporter) -> None:
    assert re.fullmatch(r"(application|text)/[a-z.+-]+", exporter.MEDIA_TYPE)
