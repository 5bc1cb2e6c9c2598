"""One's earlier reviews, and pages that are not there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.service import Service
from support.waiting import until

pytestmark = pytest.mark.browser


def review(page: Page, document: Path) -> None:
    page.goto("/")
    page.get_by_label("Choose a document").set_input_files(document)
    page.wait_for_url("**/reviews/*")
    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")


def test_a_newcomer_finds_an_empty_history(page: Page) -> None:
    page.get_by_role("link", name="History").click()

    expect(page.get_by_text("Nothing here yet.")).to_be_visible()


def test_reviews_are_listed_the_newest_first_with_risk_and_counts(
    page: Page, report: Path, design: Path
) -> None:
    review(page, report)
    review(page, design)

    page.goto("/reviews")

    rows = page.locator(".row")
    expect(rows.locator(".row-name a")).to_have_text([design.name, report.name])
    expect(rows.first).to_contain_text("risk")
    expect(rows.first).to_contain_text("Finished")
    rows.last.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(report.name)


@pytest.mark.parametrize("scripts", [True, False])
def test_reviews_are_searched_and_sorted_and_the_address_says_how(
    page: Page, browser: Browser, report: Path, design: Path, *, scripts: bool
) -> None:
    review(page, report)
    review(page, design)
    kept = page.context.storage_state()
    context = browser.new_context(java_script_enabled=scripts, storage_state=kept)
    looking = context.new_page()
    looking.goto(page.url.partition("/reviews/")[0] + "/reviews")
    names = looking.locator(".row-name a")

    looking.get_by_role("link", name="by name").click()
    expect(names).to_have_text(sorted([report.name, design.name]))
    looking.get_by_role("searchbox").fill(report.name[:4].upper())
    looking.get_by_role("button", name="Search").click()
    expect(names).to_have_text([report.name])
    assert "sort=name" in looking.url
    looking.reload()
    expect(names).to_have_text([report.name])

    looking.get_by_role("searchbox").fill("no such name")
    looking.get_by_role("searchbox").press("Enter")
    expect(looking.get_by_text("No document of yours is called")).to_be_visible()
    looking.get_by_role("link", name="All your reviews").click()
    expect(names).to_have_count(2)
    context.close()


def test_a_review_that_ends_is_told_in_the_list(
    visit: Callable[..., Page], gated: Service, report: Path
) -> None:
    page = visit(gated)
    page.get_by_label("Choose a document").set_input_files(report)
    page.wait_for_url("**/reviews/*")
    page.goto("/reviews")
    until(gated.entered, what="the reviewer")
    expect(page.locator(".row .row-state")).to_contain_text("Asking the reviewer")

    gated.open_gate()

    expect(page.locator(".row")).to_contain_text("Finished")
    expect(page.locator(".row .badge")).to_be_visible()


def test_a_review_is_deleted_on_the_second_press(page: Page, report: Path, design: Path) -> None:
    review(page, report)
    review(page, design)
    page.goto("/reviews")
    button = page.get_by_role("button", name=f"Delete {report.name}")

    button.click()
    expect(button).to_have_text("Delete for good?")
    expect(page.locator(".row")).to_have_count(2)
    button.click()

    expect(page.locator(".row .row-name a")).to_have_text([design.name])
    page.reload()
    expect(page.locator(".row .row-name a")).to_have_text([design.name])


def test_looking_away_takes_the_first_press_back(page: Page, report: Path) -> None:
    review(page, report)
    button = page.get_by_role("button", name="Delete")
    button.click()

    page.keyboard.press("Tab")

    expect(button).to_have_text("Delete")


def test_deleting_the_open_review_leads_to_the_history(page: Page, report: Path) -> None:
    review(page, report)
    gone = page.url
    button = page.get_by_role("button", name="Delete")

    button.click()
    button.click()

    page.wait_for_url("**/reviews")
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    assert page.goto(gone).status == 404


def test_an_unknown_review_is_explained_and_leads_on(page: Page) -> None:
    answer = page.goto("/reviews/no-such-review")

    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("unknown_review")).to_be_visible()
    page.get_by_role("link", name="Your reviews").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your reviews")
