"""Deciding on findings: by button and by key, seen elsewhere, found again after a reload."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from support.service import Service

pytestmark = pytest.mark.browser


def decided(page: Page) -> Locator:
    return page.locator("[data-slot=decided]")


def risk(page: Page) -> int:
    return int(page.locator(".tally dd").first.text_content() or "")


def select_words(page: Page, selector: str) -> str:
    """Select the words of the first element that *selector* finds, and return them."""
    return str(
        page.locator(selector).first.evaluate(
            "e => { getSelection().selectAllChildren(e); return String(getSelection()); }"
        )
    )


def test_the_keys_accept_reject_and_take_back(review: Page) -> None:
    cards = review.locator(".finding")
    total = cards.count()
    before = risk(review)

    review.keyboard.press("j")
    review.keyboard.press("a")
    expect(cards.nth(0)).to_have_attribute("data-decision", "accepted")
    expect(cards.nth(1)).to_be_focused()
    review.keyboard.press("r")
    expect(cards.nth(1)).to_have_attribute("data-decision", "rejected")
    expect(decided(review)).to_have_text(f"2 of {total} decided")
    expect(review.locator("#verdict")).to_contain_text(f"{total - 1} findings")
    expect(cards.nth(2)).to_be_focused()
    review.wait_for_function(f"document.querySelector('.tally dd').textContent < {before}")
    review.keyboard.press("u")
    expect(cards.nth(1)).to_have_attribute("data-decision", "open")
    expect(cards.nth(1)).to_be_focused()
    review.keyboard.press("u")
    expect(decided(review)).to_have_text(f"0 of {total} decided")

    expect(review.locator(".tally dd").first).to_have_text(str(before))


def test_the_buttons_do_the_same_and_a_reason_can_be_given(review: Page) -> None:
    card = review.locator(".finding").nth(1)

    card.get_by_role("button", name="Reject", exact=True).click()
    expect(card).to_have_attribute("data-decision", "rejected")
    review.keyboard.type("The clock of the depot runs ahead.")
    review.keyboard.press("Enter")
    expect(card.locator("[data-slot=said]")).to_have_text(
        "Rejected: The clock of the depot runs ahead."
    )

    review.reload()
    expect(card.locator("[data-slot=said]")).to_contain_text("The clock of the depot")
    card.get_by_role("button", name="Undo").click()
    expect(card).to_have_attribute("data-decision", "open")
    expect(card.locator("[data-slot=said]")).to_be_hidden()


def test_a_suggestion_is_edited_before_it_is_accepted(review: Page) -> None:
    card = review.locator(".finding").nth(2)
    review.keyboard.press("j")
    review.keyboard.press("j")
    review.keyboard.press("j")

    review.keyboard.press("e")
    field = card.get_by_label("Your suggestion")
    expect(field).to_be_focused()
    field.fill("Write it as our style guide says.")
    card.get_by_role("button", name="Accept it so").click()

    expect(card).to_have_attribute("data-decision", "accepted")
    expect(card.locator("[data-slot=suggestion]")).to_have_text("Write it as our style guide says.")


def test_all_of_a_rule_are_rejected_and_taken_back_at_once(review: Page) -> None:
    card = review.locator(".finding").first
    rule = card.get_attribute("data-rule")
    alike = review.locator(f".finding[data-rule='{rule}']")
    review.keyboard.press("j")
    card.locator("summary").click()

    card.get_by_role("button", name="Reject all of this rule").click()

    expect(review.locator(".finding[data-decision=rejected]")).to_have_count(alike.count())
    review.keyboard.press("u")
    expect(review.locator(".finding[data-decision=rejected]")).to_have_count(0)


def test_a_second_tab_sees_a_decision_and_ones_own_finding_without_a_reload(review: Page) -> None:
    other = review.context.new_page()
    other.goto(review.url)
    total = review.locator(".finding").count()
    expect(other.locator(".finding")).to_have_count(total)

    review.keyboard.press("j")
    review.keyboard.press("a")
    expect(other.locator(".finding").first).to_have_attribute("data-decision", "accepted")
    expect(decided(other)).to_have_text(f"1 of {total} decided")
    words = select_words(review, "document-text h2")
    review.keyboard.press("c")
    review.get_by_label("What is it?").fill("This heading says too little.")
    review.get_by_role("button", name="Add it").click()

    for page in (review, other):
        own = page.locator(".finding[data-rule=own-finding]")
        expect(own).to_contain_text("This heading says too little.")
        expect(own.locator("[data-slot=quote]")).to_have_text(words)
    review.reload()
    expect(review.locator(".finding[data-rule=own-finding]")).to_have_count(1)
    mark = review.locator(".mark", has_text=words).first
    expect(mark).to_be_attached()


def test_words_over_several_paragraphs_are_quoted_as_the_document_has_them(review: Page) -> None:
    review.evaluate(
        """() => {
          const lines = document.querySelectorAll("document-text :is(p, h3)[data-at]");
          const from = lines[2].lastChild, to = lines[5].lastChild;
          getSelection().setBaseAndExtent(from, 0, to, to.textContent.length);
        }"""
    )

    review.get_by_role("button", name="Remark on this").click()
    review.get_by_label("What is it?").fill("All of this says the same.")
    review.get_by_role("button", name="Add it").click()

    expect(review.locator(".finding[data-rule=own-finding]")).to_have_count(1)


def test_the_filter_and_the_search_stand_in_the_address(review: Page) -> None:
    shown = review.locator(".finding:visible")
    total = shown.count()
    high = review.locator(".finding[data-severity=high]").count()

    review.locator("finding-filter summary").click()
    review.locator("finding-filter [name=severity]").select_option("high")
    expect(shown).to_have_count(high)
    expect(review).to_have_url(re.compile("severity=high"))
    review.keyboard.press("Escape")
    review.keyboard.press("/")
    review.keyboard.type("nothing is like this")
    expect(shown).to_have_count(0)
    review.get_by_role("button", name="Show all").click()
    expect(shown).to_have_count(total)
    assert "?" not in review.url

    review.goto(review.url.split("#")[0] + "?severity=high")
    expect(shown).to_have_count(high)
    assert 0 < high < total


@pytest.mark.parametrize("name", ["kind", "rule", "section", "decision"])
def test_every_other_filter_leaves_what_is_like_that(review: Page, name: str) -> None:
    card = review.locator(".finding").nth(1)
    value = card.get_attribute(f"data-{name}") or ""
    wanted = review.locator(f".finding[data-{name}='{value}']").count()
    review.locator("finding-filter summary").click()

    review.locator(f"finding-filter [name={name}]").select_option(value)

    expect(review.locator(".finding:visible")).to_have_count(wanted)
    expect(review).to_have_url(re.compile(rf"[?&]{name}="))


def test_what_is_rejected_or_filtered_out_steps_back_in_text_and_map(review: Page) -> None:
    card = review.locator(".finding").first
    identity = card.get_attribute("data-finding")
    review.keyboard.press("j")

    review.keyboard.press("r")

    expect(review.locator(f"document-map a[data-finding='{identity}']").first).to_be_hidden()
    expect(review.locator(f"[id='m-{identity}']")).to_have_class(re.compile("is-out"))


def test_the_map_leads_to_a_finding(review: Page) -> None:
    tick = review.locator("document-map a").last
    identity = tick.get_attribute("data-finding")

    tick.dispatch_event("click")

    expect(review.locator(f"[id='f-{identity}']")).to_have_attribute("aria-current", "true")


def test_help_opens_and_closes_and_keys_rest_meanwhile(review: Page) -> None:
    review.keyboard.press("?")

    dialog = review.locator("help-dialog dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Muting a rule")
    review.keyboard.press("j")
    expect(review.locator(".finding[aria-current]")).to_have_count(0)
    review.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_what_cannot_be_saved_is_said_and_nothing_is_shown_as_decided(
    review: Page, service: Service
) -> None:
    review.route("**/findings/*", lambda route: route.abort())
    review.keyboard.press("j")

    review.keyboard.press("a")

    expect(review.locator("#not-saved")).to_contain_text("Not saved")
    expect(review.locator(".finding").first).to_have_attribute("data-decision", "open")


def test_decisions_are_made_while_the_review_runs(
    visit: Callable[..., Page], gated: Service, report: Path
) -> None:
    page = visit(gated)
    page.get_by_label("Choose a document").set_input_files(report)
    page.wait_for_url("**/reviews/*")
    card = page.locator(".finding").first
    expect(card).to_be_visible()
    identity = card.get_attribute("data-finding")

    card.get_by_role("button", name="Accept", exact=True).click()
    expect(card).to_have_attribute("data-decision", "accepted")
    gated.open_gate()

    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")
    expect(page.locator(f"[id='f-{identity}']")).to_have_attribute("data-decision", "accepted")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_overview_says_what_to_fix_first_and_what_is_expected(review: Page, width: int) -> None:
    review.set_viewport_size({"width": width, "height": 844})

    review.locator(".glance summary").click()

    assert review.locator(".first li").count() == 5
    places = review.locator("section-outline a").all_inner_texts()
    assert review.locator(".first .soft").first.inner_text() in places
    expect(review.locator(".risk-plot rect.bar").first).to_be_visible()
    expect(review.locator(".drivers li").first).to_be_visible()
    expect(review.locator(".kinds-plot li").first).to_be_visible()
    expect(review.locator(".checklist li").first).to_be_visible()
    review.locator(".first a").first.click()
    first = (review.locator(".first a").first.get_attribute("href") or "")[1:]
    expect(review.locator(f"[id='{first}']")).to_have_attribute("aria-current", "true")
