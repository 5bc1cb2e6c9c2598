"""A real Chromium against the real service."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from ai_prism import examples
from support.service import Service
from support.tools import need

#: What would reach for the network by itself, or needs a desktop.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
_LAPTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    executable = need(shutil.which("chromium"), "Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a service's page as a newcomer, with options of a context.

    Whatever any page asks for must come from its own service, no script may fail, and nothing may
    break the content security policy.
    """
    opened: list[tuple[BrowserContext, str]] = []
    foreign: list[str] = []
    faults: list[str] = []

    def open_page(service: Service, path: str = "/", **options: object) -> Page:
        context = browser.new_context(**{"viewport": _LAPTOP, "base_url": service.url} | options)
        context.set_default_timeout(20_000)
        context.on(
            "request",
            lambda request: request.url.startswith(service.url) or foreign.append(request.url),
        )
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on(
            "console",
            lambda said: "Content Security Policy" in said.text and faults.append(said.text),
        )
        opened.append((context, service.url))
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context, _ in opened:
        context.close()
    assert foreign == []
    assert faults == []


@pytest.fixture
def page(visit: Callable[..., Page], service: Service) -> Page:
    """A newcomer's browser on the start page."""
    return visit(service)


@pytest.fixture(scope="package")
def one_gated_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("gated")
    running = Service(folder, reviewer="support.reviewers:GatedReviewer").start()
    running.wait_until_ready()
    yield running
    running.stop()


@pytest.fixture
def gated(one_gated_service: Service, design: Path) -> Iterator[Service]:
    """A service with one slot whose reviews stop at the reviewer until the gate is opened."""
    yield one_gated_service
    one_gated_service.open_gate()
    client = one_gated_service.client()
    # There is one slot: when this review has ended, so have those that the test left behind.
    client.wait_for_end(client.upload(design))
    for left in one_gated_service.gate.iterdir():
        left.unlink()


@pytest.fixture
def report() -> Path:
    return examples.path("incident-report.docx")


@pytest.fixture
def design() -> Path:
    return examples.path("design-document.md")


@pytest.fixture
def review(page: Page, report: Path) -> Page:
    """The page of a finished review of *report*."""
    page.get_by_label("Choose a document").set_input_files(report)
    page.wait_for_url("**/reviews/*")
    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")
    return page
