"""The report in HTML in a real browser: nothing is asked for, and the filters filter."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.exporters import EXPORTERS
from ai_prism.examples import path

pytestmark = pytest.mark.browser


def test_the_page_asks_for_nothing_and_its_filters_work(browser: Browser, tmp_path: Path) -> None:
    review = DocumentAnalyzer().analyze(path("design-document.md"))
    report = tmp_path / "report.html"
    report.write_bytes(EXPORTERS["html"].export(review))
    page = browser.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(report.as_uri())
    page.wait_for_load_state("networkidle")
    high = [finding for finding in review.findings if finding.severity.value == "high"]
    for level in ("medium", "low"):
        page.locator(f"input[value={level}]").uncheck()

    assert requests == [report.as_uri()]
    assert complaints == []
    assert page.locator(".finding:visible").count() == len(high)
    page.close()
