"""Asking about the document on the page: an answer that grows, and leads to its words."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from ai_prism import examples
from support.llm_server import ModelServer
from support.service import Client, Service

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    running = ModelServer()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def asked(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with a model."""
    folder = tmp_path_factory.mktemp("asked")
    running = Service(folder, llm_models="some-model", llm_base_url=server.base_url)
    running.start(slots=0)
    running.start_worker(1, "documents")
    running.start_worker(4, "sections")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def owner(asked: Service) -> Client:
    return asked.client()


@pytest.fixture(scope="module")
def path(owner: Client, server: ModelServer) -> str:
    server.plan()
    review_id = owner.upload(examples.path("design-document.md"))
    assert owner.wait_for_end(review_id)["state"] == "SUCCESS"
    return f"/reviews/{review_id}"


@pytest.fixture
def open_review(
    visit: Callable[..., Page], asked: Service, owner: Client, path: str
) -> Callable[..., Page]:
    def opened(**options: object) -> Page:
        page = visit(asked, path, storage_state=owner.as_browser_state(), **options)
        page.get_by_text("Ask about this document").click()
        return page

    return opened


def test_an_answer_grows_and_its_quotes_lead_to_their_words(
    open_review: Callable[..., Page], server: ModelServer
) -> None:
    server.plan({"pause": 0.2})
    page = open_review()

    page.get_by_label("Your question").fill("What is it for?")
    page.get_by_role("button", name="Ask", exact=True).click()
    item = page.locator(".question").last
    expect(item).to_contain_text("What is it for?")
    expect(item).to_have_attribute("aria-busy", "true")
    expect(item).to_have_attribute("aria-busy", "false")

    expect(item).to_contain_text("a quote that is not in the document was left out")
    expect(item).to_contain_text("characters went to 127.0.0.1")
    quote = item.get_by_role("link")
    quote.click()
    line = page.locator("document-text [data-at]:focus")
    expect(line).to_be_in_viewport()
    marked = "[...CSS.highlights.get('quoted')].map(String).join()"
    assert page.evaluate(marked) == quote.inner_text()
    page.reload()
    page.get_by_text("Ask about this document").click()
    expect(page.locator(".question").last).to_contain_text("What is it for?")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_for_everybody(
    open_review: Callable[..., Page], server: ModelServer, width: int, scheme: str
) -> None:
    server.plan()
    page = open_review(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.get_by_label("Your question").fill("Who?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".question").last).to_have_attribute("aria-busy", "false")

    found = Axe().run(page).response["violations"]

    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_a_model_nothing_is_offered(visit: Callable[..., Page], service: Service) -> None:
    client = service.client()
    review_id = client.upload(examples.path("design-document.md"))
    client.wait_for_end(review_id)

    page = visit(service, f"/reviews/{review_id}", storage_state=client.as_browser_state())

    expect(page.locator("document-text article")).to_be_visible()
    expect(page.locator("document-questions")).to_have_count(0)
    answer = client.post(f"/reviews/{review_id}/questions", json={"question": "Why?"})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_model")
