"""A document in, the expected report out; `--update-golden` rewrites, a person reads the diff."""

from pathlib import Path

import msgspec
import pytest

from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.exporters import markdown, text
from ai_prism.core.model import Receipt, Review
from ai_prism.examples import EXAMPLES, path

HERE = Path(__file__).parent
NAMES = [example.name for example in EXAMPLES]

#: What differs with each run, machine or version says nothing about the review.
RECEIPT = Receipt(
    ai_prism="0",
    python="3",
    playbook_sha256="0",
    reviewer="none",
    started_at="2026-11-23T00:00:00+00:00",
    seconds={},
    rules_run=0,
)


@pytest.fixture(scope="module", params=NAMES)
def review(request: pytest.FixtureRequest) -> Review:
    made = DocumentAnalyzer().analyze(path(request.param))
    return msgspec.structs.replace(made, receipt=RECEIPT)


def test_the_report_is_the_one_that_was_read_and_approved(
    review: Review, request: pytest.FixtureRequest
) -> None:
    expect(markdown.export(review), f"{review.document.name}.report.md", request)


def test_the_outline_is_the_one_that_was_read_and_approved(
    review: Review, request: pytest.FixtureRequest
) -> None:
    tree = text.export_outline(review.document, review.sections)

    expect(tree, f"{review.document.name}.outline.txt", request)


def expect(actual: bytes, name: str, request: pytest.FixtureRequest) -> None:
    golden = HERE / name
    if request.config.getoption("--update-golden"):
        golden.write_bytes(actual)
    assert actual.decode() == golden.read_text(encoding="utf-8")
