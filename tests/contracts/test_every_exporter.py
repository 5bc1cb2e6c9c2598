"""What every exporter promises, tried on each of EXPORTERS."""

import io
import re
import zipfile
from pathlib import Path

import msgspec
import pytest

from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.exporters import EXPORTERS, Format, Order
from ai_prism.core.model import Coverage, NotRead, Problem, Review
from ai_prism.examples import path
from support.annotations import annotations

pytestmark = pytest.mark.parametrize("exporter", EXPORTERS.values(), ids=EXPORTERS.keys())

#: A document of each kind that a copy can be made of; reports are made of the first.
EXAMPLES = ("incident-report.docx", "services-contract.pdf")


@pytest.fixture(scope="module")
def reviews() -> dict[Path, Review]:
    return {path(name): DocumentAnalyzer().analyze(path(name)) for name in EXAMPLES}


@pytest.fixture
def original(exporter: Format, reviews: dict[Path, Review]) -> Path:
    return next(p for p, review in reviews.items() if exporter.suits(review.document.media_type))


@pytest.fixture
def review(original: Path, reviews: dict[Path, Review]) -> Review:
    return reviews[original]


def export(exporter: Format, review: Review, original: Path) -> bytes:
    return exporter.export(review, Order(original=original))


def words(exporter: Format, review: Review, original: Path) -> str:
    """Return what the report says, unpacked where it is an archive or a PDF."""
    made = export(exporter, review, original)
    if made.startswith(b"%PDF"):
        return "\n".join(contents for _, _, contents, _ in annotations(made))
    if not made.startswith(b"PK"):
        return made.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def test_the_same_review_gives_the_same_bytes(
    exporter: Format, review: Review, original: Path
) -> None:
    assert export(exporter, review, original) == export(exporter, review, original)


def test_every_finding_is_in_the_report(exporter: Format, review: Review, original: Path) -> None:
    report = words(exporter, review, original)

    assert review.findings
    for finding in review.findings:
        assert finding.rule_id in report
        assert finding.id in report


def test_the_verdict_names_the_risk(exporter: Format, review: Review, original: Path) -> None:
    report = words(exporter, review, original)

    assert review.risk.level.value in report
    assert str(review.risk.score) in report


def test_what_was_not_read_or_checked_is_said(
    exporter: Format, review: Review, original: Path
) -> None:
    problem = Problem(code="check_failed", message="One rule broke", where="a rule")
    coverage = Coverage(read=0.5, not_read=(NotRead(what="Page 7", why="it is an image"),))
    blemished = msgspec.structs.replace(review, findings=(), problems=(problem,), coverage=coverage)

    report = words(exporter, blemished, original)

    assert "One rule broke" in report
    assert "it is an image" in report
    assert "everything was read" not in report


def test_a_document_without_findings_can_be_exported(
    exporter: Format, review: Review, original: Path
) -> None:
    bare = msgspec.structs.replace(review, findings=(), sections=())

    assert export(exporter, bare, original)


def test_only_findings_that_are_wanted_are_in_it(
    exporter: Format, review: Review, original: Path
) -> None:
    order = Order.of("rejected", original=original)

    made = exporter.export(review, order)

    assert len(made) < len(export(exporter, review, original))


def test_a_media_type_is_given(exporter: Format) -> None:
    assert re.fullmatch(r"(application|text)/[a-z.+-]+", exporter.media_type)
