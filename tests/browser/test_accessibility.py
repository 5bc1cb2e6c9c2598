"""axe-core looks at every page in every state: laptop and phone, light and dark, magnified."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from ai_prism import examples
from support.service import Service

pytestmark = pytest.mark.browser

LOOKS = [
    pytest.param({"viewport": {"width": width, "height": 844}, "color_scheme": scheme}, id=name)
    for width, scheme, name in [
        (1280, "light", "laptop light"),
        (1280, "dark", "laptop dark"),
        (390, "light", "phone light"),
        (390, "dark", "phone dark"),
        (640, "light", "laptop at 200 percent"),
    ]
]


def assert_no_violations(page: Page, state: str) -> None:
    found = Axe().run(page).response["violations"]
    words = [
        f"{fault['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for fault in found
        for node in fault["nodes"][:3]
    ]
    assert words == [], state


def looked_at(page: Page, state: str) -> None:
    """See that nothing is wrong with what *page* shows, and that it fits."""
    assert_no_violations(page, state)
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, f"{state} is {width} px too wide"


def review(page: Page, path: Path) -> Page:
    page.get_by_label("Choose a document").set_input_files(path)
    page.wait_for_url("**/reviews/*")
    expect(page.locator("main[data-state=SUCCESS], main[data-state=FAILURE]")).to_be_attached()
    return page


def states(page: Page, report: Path, broken: Path, empty: Path) -> Iterator[str]:
    """Bring *page* into one state after the other, and yield what to call it."""
    yield "start"
    page.goto("/reviews")
    yield "no history"
    page.goto("/")
    review(page, report)
    yield "review"
    page.keyboard.press("j")
    page.locator(".finding[aria-current] summary").click()
    page.locator(".glance summary").click()
    yield "selected, details open"
    page.keyboard.press("a")
    expect(page.locator(".finding[data-decision=accepted]")).to_have_count(1)
    page.locator(".finding").nth(1).get_by_role("button", name="Reject", exact=True).click()
    expect(page.locator("form.answer")).to_be_visible()
    yield "decided, asked why"
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    page.keyboard.press("e")
    expect(page.locator("form.answer")).to_be_visible()
    yield "suggestion edited"
    page.keyboard.press("Escape")
    page.locator("finding-filter summary").click()
    page.locator("finding-filter input").fill("nothing is like this")
    expect(page.get_by_text("No finding is like that.")).to_be_visible()
    yield "filter"
    page.get_by_role("button", name="Show all").click()
    page.keyboard.press("?")
    yield "help"
    page.keyboard.press("Escape")
    words = page.locator("document-text h2").first
    words.evaluate("element => getSelection().selectAllChildren(element)")
    page.get_by_role("button", name="Remark on this").click()
    yield "own finding"
    page.reload()
    page.get_by_role("link", name="Upload a new draft").click()
    yield "new draft"
    page.get_by_label("Choose a document").set_input_files(examples.path("design-document.md"))
    page.wait_for_url("**/reviews/*")
    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")
    expect(page.locator(".departed li").first).to_be_visible()
    yield "compared with another draft"
    page.goto("/")
    review(page, examples.path("services-contract.pdf"))
    page.keyboard.press("v")
    page.wait_for_url("**?view=pages")
    page.keyboard.press("j")
    expect(page.locator(".paper .mark.is-selected").first).to_be_visible()
    yield "pages"
    page.route("**/findings/*", lambda route: route.abort())
    page.keyboard.press("a")
    expect(page.locator("#not-saved")).to_be_visible()
    yield "a decision that was not saved"
    page.goto("/")
    page.get_by_label("Choose a document").set_input_files([broken, empty])
    expect(page.get_by_text("Not uploaded", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    yield "uploads that failed"
    page.goto("/")
    review(page, broken)
    yield "failed review"
    page.goto("/reviews")
    page.get_by_text("1 earlier draft").click()
    yield "history"
    page.get_by_role("button", name=f"Delete {broken.name}").first.click()
    expect(page.locator("undo-notice")).to_be_visible()
    yield "a deletion that can be taken back"
    page.goto("/reviews/unknown")
    yield "not found"
    page.goto("/docs")
    yield "description of the API"


@pytest.mark.timeout(180)
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_no_violation_on_any_page_in_any_state(
    visit: Callable[..., Page],
    service: Service,
    report: Path,
    tmp_path: Path,
    look: dict[str, object],
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing that a reader could read")
    empty = tmp_path / "empty.docx"
    empty.touch()
    page = visit(service, bypass_csp=True, **look)  # so that axe itself may run

    for state in states(page, report, broken, empty):
        looked_at(page, state)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_no_violation_while_reviews_run(
    visit: Callable[..., Page], gated: Service, report: Path, design: Path, look: dict[str, object]
) -> None:
    page = visit(gated, bypass_csp=True, **look)
    page.get_by_label("Choose a document").set_input_files(report)
    page.wait_for_url("**/reviews/*")
    expect(page.locator(".finding").first).to_be_visible()
    running = page.url
    looked_at(page, "running")

    page.goto("/")
    page.get_by_label("Choose a document").set_input_files([report, design])
    expect(page.get_by_role("button", name="Cancel the review of")).to_have_count(2)
    looked_at(page, "two uploads")
    page.get_by_role("link", name=design.name).click()
    page.wait_for_url("**/reviews/*")
    expect(page.locator(".progress-words")).to_contain_text("Queued")
    looked_at(page, "queued")

    page.route("**/events/*", lambda route: route.abort())
    page.goto(running)
    expect(page.locator("#connection")).to_be_visible()
    looked_at(page, "connection lost")
    page.get_by_role("button", name="Cancel the review").click()
    expect(page.get_by_role("button", name="Stopping at the next step")).to_be_disabled()
    gated.open_gate()
    expect(page.locator("main[data-state=REVOKED]")).to_be_attached()
    looked_at(page, "cancelled")


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("closed"), auth="token")
    running.start_redis()
    running.start_web()
    yield running
    running.stop()


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_no_violation_on_the_way_in(
    visit: Callable[..., Page], closed: Service, look: dict[str, object]
) -> None:
    page = visit(closed, "/sign-in", bypass_csp=True, **look)

    looked_at(page, "sign-in")
    page.get_by_label("Token").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#sign-in-error")).to_be_visible()
    looked_at(page, "sign-in refused")


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_no_violation_without_scripts(
    visit: Callable[..., Page], service: Service, report: Path, look: dict[str, object]
) -> None:
    """With scripts off axe cannot run: the pages are those that only then are reached."""
    owner = service.client()
    review_id = owner.upload(report)
    owner.wait_for_end(review_id)
    state = owner.as_browser_state()

    page = visit(
        service, f"/reviews/{review_id}/deletion", storage_state=state, bypass_csp=True, **look
    )

    expect(page.get_by_role("button", name="Delete it")).to_be_visible()
    looked_at(page, "asked whether to delete")


@pytest.mark.parametrize("look", LOOKS)
def test_text_from_right_to_left_is_set_so(
    visit: Callable[..., Page], service: Service, tmp_path: Path, look: dict[str, object]
) -> None:
    path = tmp_path / "hebrew.md"
    path.write_text("# תוכנית\n\nזהו מסמך קצר. TBD.\n\n## שלב ראשון\n\nהכל נכון.\n", "utf-8")
    page = review(visit(service, bypass_csp=True, **look), path)

    heading = page.locator("document-text h2").first
    assert heading.evaluate("element => getComputedStyle(element).direction") == "rtl"
    looked_at(page, "right to left")


def test_nothing_moves_for_those_who_want_no_motion(
    visit: Callable[..., Page], service: Service, report: Path
) -> None:
    page = review(visit(service, reduced_motion="reduce"), report)

    page.keyboard.press("j")

    assert page.evaluate("document.getAnimations().length") == 0


def test_on_paper_stand_the_text_and_the_findings_and_no_buttons(
    visit: Callable[..., Page], service: Service, report: Path
) -> None:
    page = review(visit(service), report)
    page.keyboard.press("j")
    page.keyboard.press("r")
    rejected = page.locator('[data-decision="rejected"]')
    expect(rejected.locator("[data-slot=message]")).to_be_hidden()

    page.emulate_media(media="print")

    expect(page.locator("document-text")).to_be_visible()
    expect(rejected.locator("[data-slot=message]")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    for hidden in ("finding-filter", "document-map", ".downloads", "nav"):
        expect(page.locator(hidden).first).to_be_hidden()
