"""A finished review is read: findings beside the words they speak of."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def boxes(review: Page, selector: str) -> list[dict[str, float]]:
    """Return where what *selector* finds stands in the window, from the top."""
    found = review.locator(selector).evaluate_all(
        """all => all.map(each => each.getBoundingClientRect())
                  .map(({ top, bottom }) => ({ top, bottom }))"""
    )
    return sorted(found, key=lambda box: box["top"])


def test_findings_stand_in_the_order_of_the_document(review: Page) -> None:
    starts = review.locator(".finding").evaluate_all("all => all.map(f => Number(f.dataset.start))")

    assert len(starts) > 1
    assert starts == sorted(starts)


def test_each_card_stands_beside_its_words_and_none_over_another(review: Page) -> None:
    cards = review.locator(".finding")

    for number in range(cards.count()):
        review.keyboard.press("j")
        card = cards.nth(number)
        expect(card).to_be_focused()
        expect(card).to_be_in_viewport(ratio=1)
        mark = review.locator(f"[id='m-{card.get_attribute('data-finding')}']").bounding_box()
        beside = card.bounding_box()
        assert mark
        assert beside
        assert abs(mark["y"] - beside["y"]) < 30
        near = boxes(review, ".finding:not(.is-far)")
        assert all(above["bottom"] <= below["top"] for above, below in pairwise(near))


def test_scrolling_brings_the_cards_of_what_is_read(review: Page) -> None:
    last = review.locator(".finding").last

    review.locator(f"[id='m-{last.get_attribute('data-finding')}']").evaluate(
        "mark => mark.scrollIntoView({block: 'center'})"
    )

    expect(last).to_be_in_viewport()
    expect(last).not_to_have_class(re.compile("is-far"))


def test_conflicting_places_are_one_click_away(review: Page) -> None:
    card = review.locator(".finding:has([data-slot=against] a)").first
    card.click(position={"x": 5, "y": 60})
    links = card.locator("[data-slot=against] a")
    assert links.count() > 1

    for link in links.all():
        place = review.locator(f"[id='m-{link.get_attribute('data-place')}']")
        link.click()
        expect(place).to_be_in_viewport()
        assert (place.text_content() or "") in (link.text_content() or "")
        expect(card).to_have_attribute("aria-current", "true")


def test_every_quote_is_marked_in_the_text(review: Page) -> None:
    for card in review.locator(".finding:has(blockquote:not([hidden]))").all():
        place = card.locator("h3 a").get_attribute("href")
        identity = card.get_attribute("data-finding")
        marks = review.locator(f".mark[data-findings~='{identity}']:not(.related)")
        quote = card.locator("[data-slot=quote]").text_content() or ""

        assert place == f"#m-{identity}"
        assert marks.first.is_visible()
        assert (marks.first.text_content() or "") in quote


def test_a_card_leads_to_its_words_and_the_words_to_their_card(review: Page) -> None:
    card = review.locator(".finding").nth(1)
    mark = review.locator(f"[id='m-{card.get_attribute('data-finding')}']")

    card.click(position={"x": 5, "y": 5})
    expect(card).to_have_attribute("aria-current", "true")
    expect(mark).to_contain_class("is-selected")
    expect(mark).to_be_in_viewport()

    review.keyboard.press("Escape")
    expect(card).not_to_have_attribute("aria-current", "true")
    mark.click()
    expect(card).to_have_attribute("aria-current", "true")
    expect(card).to_be_focused()


def test_the_keyboard_walks_the_findings_goes_to_the_words_and_back(review: Page) -> None:
    cards = review.locator(".finding")

    review.keyboard.press("j")
    expect(cards.nth(0)).to_be_focused()
    review.keyboard.press("j")
    expect(cards.nth(1)).to_be_focused()
    review.keyboard.press("k")
    expect(cards.nth(0)).to_be_focused()

    review.keyboard.press("Enter")
    focused = review.locator(".mark:focus")
    expect(focused).to_be_in_viewport()
    assert cards.nth(0).get_attribute("data-finding") in (
        focused.get_attribute("data-findings") or ""
    )
    review.keyboard.press("Escape")
    expect(cards.nth(0)).to_be_focused()
    review.keyboard.press("Escape")
    expect(review.locator(".finding[aria-current]")).to_have_count(0)


def test_on_a_phone_the_card_and_its_words_are_seen_together(review: Page) -> None:
    review.set_viewport_size({"width": 390, "height": 844})
    cards = review.locator(".finding")

    cards.nth(2).click(position={"x": 5, "y": 5})
    for number in (2, 3, 4):
        card = cards.nth(number)
        identity = card.get_attribute("data-finding")
        mark = review.locator(f"[id='m-{identity}']")
        expect(card).to_be_in_viewport(ratio=1)
        expect(mark).to_be_in_viewport()
        [words], [below] = boxes(review, f"[id='m-{identity}']"), boxes(review, "[aria-current]")
        assert words["bottom"] <= below["top"]
        review.get_by_role("button", name="Next finding").click()
    review.get_by_role("button", name="Previous finding").click()
    expect(cards.nth(4)).to_have_attribute("aria-current", "true")

    review.get_by_role("button", name="Close the finding").click()
    expect(review.locator(".finding[aria-current]")).to_have_count(0)
    mark.click()
    expect(cards.nth(4)).to_be_in_viewport(ratio=1)


def test_n_walks_through_all_places_of_a_finding(review: Page) -> None:
    card = review.locator(".finding:has([data-slot=against]:not([hidden]))").first
    marks = review.locator(f".mark[data-findings~='{card.get_attribute('data-finding')}']")
    card.click(position={"x": 5, "y": 5})
    visited = set()

    for _ in range(marks.count()):
        review.keyboard.press("n")
        expect(review.locator(".mark:focus")).to_be_in_viewport()
        visited.add(review.locator(".mark:focus").evaluate("mark => mark.textContent"))

    assert marks.count() > 1
    assert visited == set(marks.all_text_contents())


def test_a_reload_comes_back_to_the_selected_finding(review: Page) -> None:
    review.keyboard.press("j")
    review.keyboard.press("j")

    review.reload()

    expect(review.locator(".finding").nth(1)).to_have_attribute("aria-current", "true")


def test_the_outline_leads_to_its_section(review: Page) -> None:
    link = review.locator("section-outline a").last

    link.click()

    heading = review.locator(f"[id='{(link.get_attribute('href') or '')[1:]}']")
    expect(heading).to_be_in_viewport()


def test_downloads_lie_over_the_page_and_close_when_one_turns_away(review: Page) -> None:
    review.keyboard.press("j")
    button = review.locator(".downloads summary")
    button.scroll_into_view_if_needed()
    top = review.locator(".verdict").bounding_box()
    links = review.locator(".downloads a")

    button.click()
    expect(links.first).to_be_visible()
    assert review.locator(".verdict").bounding_box() == top
    review.keyboard.press("Escape")
    expect(links.first).to_be_hidden()
    expect(button).to_be_focused()
    expect(review.locator(".finding[aria-current]")).to_have_count(1)

    button.click()
    review.locator("#findings").click()
    expect(links.first).to_be_hidden()
    button.press("Enter")
    for _ in range(links.count() + 1):
        review.keyboard.press("Tab")
    expect(links.first).to_be_hidden()
    button.click()
    with review.expect_download() as download:
        review.get_by_role("link", name="Table (CSV)").click()
    assert download.value.suggested_filename.endswith("-review.csv")
    expect(links.first).to_be_hidden()


def test_how_many_are_shown_stays_in_sight_above_the_cards(review: Page) -> None:
    for _ in range(8):
        review.keyboard.press("j")

    expect(review.locator("#findings")).to_be_in_viewport(ratio=1)
    expect(review.get_by_role("searchbox")).to_be_in_viewport(ratio=1)
    review.keyboard.press("k")
    card = review.locator(".finding[aria-current]").bounding_box()
    header = review.locator(".findings > section > header").bounding_box()
    assert card
    assert header
    assert card["y"] >= header["y"] + header["height"]


def test_the_register_is_read_on_a_phone_without_moving_it_sideways(review: Page) -> None:
    review.set_viewport_size({"width": 390, "height": 844})
    cells = review.locator(".register td")

    assert cells.count() > 0
    edges = cells.evaluate_all("all => all.map(cell => cell.getBoundingClientRect().right)")
    assert max(edges) <= 390
    assert "…" not in cells.all_inner_texts()


def test_the_receipt_says_what_produced_the_review(review: Page) -> None:
    review.get_by_text("Receipt: what produced this review").click()

    receipt = review.locator(".receipt")
    expect(receipt).to_contain_text("sha256")
    expect(receipt).to_contain_text("nothing left this machine")


def test_the_page_says_how_sure_it_is_of_the_kind_of_document(review: Page) -> None:
    said = re.compile(r"playbook “Incident report” \(found to suit, \d+ % sure\)")
    expect(review.locator(".masthead")).to_contain_text(said)
    review.goto("/reviews")
    expect(review.locator(".row-facts")).to_contain_text("Incident report")


@pytest.mark.parametrize("width", [1280, 768, 390, 320])
def test_nothing_runs_over_the_edge(review: Page, width: int) -> None:
    review.set_viewport_size({"width": width, "height": 844})

    for path in (review.url, "/", "/reviews", "/reviews/unknown"):
        review.goto(path)
        overflow = review.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{path} is {overflow} px too wide"
