"""The pages of a PDF as they look: findings on them, from the card to its words and back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from ai_prism import examples
from support.service import Client, Service

pytestmark = pytest.mark.browser

SHIFTS = """() => {
  window.moved = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.moved += shift.value;
  }).observe({ type: "layout-shift", buffered: false });
}"""


@pytest.fixture(scope="module")
def owner(service: Service) -> Client:
    """Whose review it is."""
    return service.client()


@pytest.fixture(scope="module")
def path(owner: Client) -> str:
    """Where the review of the contract is."""
    review_id = owner.upload(examples.path("services-contract.pdf"))
    assert owner.wait_for_end(review_id)["state"] == "SUCCESS"
    return f"/reviews/{review_id}"


@pytest.fixture
def pages(visit: Callable[..., Page], service: Service, owner: Client, path: str) -> Page:
    """The pages of the contract."""
    return visit(service, f"{path}?view=pages", storage_state=owner.as_browser_state())


def marks_of(page: Page, card: Locator) -> Locator:
    return page.locator(f".paper .mark[data-findings='{card.get_attribute('data-finding')}']")


def shown(page: Page, number: int) -> Locator:
    return page.locator(f"#page-{number} img[src]")


def test_a_page_is_fetched_when_it_is_near_and_moves_nothing(pages: Page) -> None:
    pages.wait_for_load_state()
    pages.evaluate(SHIFTS)
    expect(shown(pages, 1)).to_be_visible()
    expect(pages.locator("#page-1 .mark").first).to_be_visible()
    expect(shown(pages, 4)).to_have_count(0)
    top = pages.locator("#page-4").bounding_box()

    pages.locator("#page-4").scroll_into_view_if_needed()
    expect(shown(pages, 4)).to_be_visible()
    drawn = "img => img.complete && img.naturalWidth === 1200"
    assert shown(pages, 4).evaluate(drawn)
    pages.evaluate("scrollTo(0, 0)")

    assert pages.locator("#page-4").bounding_box() == top
    assert pages.evaluate("moved") == 0


def test_a_card_leads_to_its_highlight_and_the_highlight_to_its_card(pages: Page) -> None:
    card = pages.locator(".finding:has-text('A total does not add up')")
    marks = marks_of(pages, card)

    card.click(position={"x": 5, "y": 5})
    own = pages.locator(".paper .mark.is-selected:not(.related)")
    expect(own).to_be_in_viewport()
    expect(pages.locator(".paper .mark.is-selected.related")).to_have_count(marks.count() - 1)

    other = pages.locator("#page-3 .mark[aria-label*='A date that does not exist']")
    other.locator("rect").first.click()
    opened = pages.locator(f"[id='f-{other.get_attribute('data-findings')}']")
    expect(opened).to_have_attribute("aria-current", "true")
    expect(opened).to_be_focused()
    expect(card).not_to_have_attribute("aria-current", "true")


def test_where_places_lie_over_each_other_a_second_press_goes_to_the_one_below(
    pages: Page,
) -> None:
    pages.locator("#page-3").evaluate("page => page.scrollIntoView()")
    upper = pages.locator("#page-3 .mark[aria-label*='Sentences too long']")
    lower = pages.locator("#page-3 .mark[aria-label*='Liability is limited']").first
    places = [mark.locator("rect").nth(1).bounding_box() for mark in (upper, lower)]
    assert all(places)
    x, y = (places[0][side] + 5 for side in ("x", "y"))

    pages.mouse.click(x, y)
    expect(upper).to_contain_class("is-selected")
    pages.mouse.click(x, y)

    expect(lower).to_contain_class("is-selected")
    expect(upper).not_to_contain_class("is-selected")


def test_the_keys_walk_over_the_pages(pages: Page) -> None:
    for _ in range(3):
        pages.keyboard.press("j")
    card = pages.locator(".finding[aria-current]")

    pages.keyboard.press("Enter")
    focused = pages.locator(".paper .mark:focus")
    expect(focused).to_be_in_viewport()
    assert focused.get_attribute("data-findings") == card.get_attribute("data-finding")
    pages.keyboard.press("Escape")
    expect(card).to_be_focused()
    pages.keyboard.press("a")
    expect(pages.locator("[data-slot=decided]")).to_contain_text("1 of")
    pages.keyboard.press("u")
    expect(pages.locator("[data-slot=decided]")).to_contain_text("0 of")


def test_the_view_is_switched_at_the_place_one_reads(pages: Page) -> None:
    pages.keyboard.press("j")
    pages.keyboard.press("j")
    card = pages.locator(".finding[aria-current]").get_attribute("id")

    pages.keyboard.press("v")
    expect(pages.locator("document-text")).to_be_visible()
    assert "view=" not in pages.url
    expect(pages.locator(f"[id='{card}']")).to_have_attribute("aria-current", "true")
    expect(pages.locator("document-text .mark.is-selected").first).to_be_in_viewport()
    pages.get_by_role("link", name="Pages", exact=True).click()
    expect(pages.locator(".paper .mark.is-selected").first).to_be_in_viewport()

    pages.locator(".finding[aria-current]").press("Escape")
    pages.locator("#page-3").scroll_into_view_if_needed()
    pages.evaluate("document.querySelector('#page-3').scrollIntoView()")
    pages.keyboard.press("v")
    expect(pages.locator("document-text #page-3")).to_be_in_viewport()


def test_a_reload_and_a_filter_keep_the_view(pages: Page) -> None:
    pages.locator("finding-filter summary").click()
    pages.locator("finding-filter [name=severity]").select_option("low")
    pages.wait_for_url("**severity=low*")
    expect(pages.locator(".paper .mark[data-severity=high]").first).to_be_hidden()

    pages.reload()

    expect(pages.locator("page-images")).to_be_visible()
    expect(pages.locator("finding-filter [name=severity]")).to_have_value("low")
    pages.keyboard.press("v")
    pages.wait_for_url(lambda url: "severity=low" in url and "view=" not in url)


def test_the_outline_leads_to_the_title_on_its_page(pages: Page) -> None:
    pages.locator("section-outline a", has_text="9. Term and ending").click()

    expect(pages.locator("#page-3 .mark").first).to_be_visible()
    top = pages.wait_for_function(
        """() => {
          const { top } = document.getElementById(
            document.querySelector("section-outline a[href='" + location.hash + "']").hash.slice(1)
          ).getBoundingClientRect();
          return top > -5 && top < 100 && String(top);
        }"""
    )
    assert top.json_value()
    heading = pages.locator("#page-3 .paper").bounding_box()
    assert heading
    assert heading["y"] < -100


def test_on_a_phone_a_card_leads_to_its_place_on_the_page(pages: Page) -> None:
    pages.set_viewport_size({"width": 390, "height": 844})
    card = pages.locator(".finding").nth(2)

    card.click(position={"x": 5, "y": 5})

    expect(marks_of(pages, card).first).to_be_in_viewport()
    assert pages.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("answer", ["abort", "refuse"])
def test_a_page_that_does_not_come_is_said(pages: Page, answer: str) -> None:
    def refuse(route: object) -> None:
        if answer == "abort":
            route.abort()
        else:
            problem = {"detail": "Page 4 is damaged and cannot be shown.", "code": "corrupt"}
            route.fulfill(status=422, json=problem, content_type="application/problem+json")

    pages.route("**/pages/4*", refuse)

    pages.locator("#page-4").scroll_into_view_if_needed()

    expect(pages.locator("#page-4 [data-slot=note]")).not_to_be_empty()
    expect(shown(pages, 3)).to_be_visible()


def test_without_scripts_the_pages_are_there(
    visit: Callable[..., Page], service: Service, owner: Client, path: str
) -> None:
    state = owner.as_browser_state()
    plain = visit(service, path, storage_state=state, java_script_enabled=False)

    plain.get_by_role("link", name="Pages", exact=True).click()

    expect(plain.locator("#page-1 img:visible")).to_be_in_viewport()
    expect(plain.locator(".finding").first).to_be_visible()


def test_a_picture_is_shown_with_what_was_recognised_named_below(
    visit: Callable[..., Page], service: Service, tmp_path: Path
) -> None:
    from support.documents import drawn, lines, write_pdf
    from support.scans import need_tesseract

    need_tesseract()
    printed = write_pdf(
        tmp_path / "a.pdf", [lines("The plan is TBD.", "It ends on 31 April 2029.")]
    )
    drawn(printed).save(tmp_path / "scan.png", dpi=(200, 200))
    page = visit(service)
    page.get_by_label("Choose a document").set_input_files(tmp_path / "scan.png")
    page.wait_for_url("**/reviews/*")
    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS", timeout=60_000)

    page.get_by_role("link", name="Pages", exact=True).click()

    expect(page.locator("#page-1 img[src]")).to_be_visible()
    note = page.locator("#page-1 [data-slot=note]")
    expect(note).to_contain_text("Not marked on it:")
    note.get_by_role("link").first.click()
    expect(page.locator(".finding[aria-current]")).to_be_visible()
