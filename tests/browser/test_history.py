"""One's earlier reviews, and pages that are not there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document as WordDocument
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


def test_a_deleted_review_is_gone_at_once_and_can_be_brought_back(
    page: Page, report: Path, design: Path
) -> None:
    review(page, report)
    review(page, design)
    page.goto("/reviews")
    names = page.locator(".row .row-name a")

    page.get_by_role("button", name=f"Delete {report.name}").click()

    expect(names).to_have_text([design.name])
    back = page.get_by_role("button", name=f"Bring back {report.name}")
    expect(back).to_be_focused()
    page.keyboard.press("Enter")
    expect(names).to_have_text([design.name, report.name])
    expect(back).to_have_count(0)


def test_deleting_the_open_review_leads_to_the_history_with_the_way_back(
    page: Page, report: Path
) -> None:
    review(page, report)
    gone = page.url

    page.get_by_role("button", name="Delete").click()

    page.wait_for_url("**/reviews")
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Bring back")).to_be_visible()
    assert page.goto(gone).status == 404


def test_a_new_draft_stands_with_the_earlier_one_and_what_is_new_can_be_shown_alone(
    page: Page, report: Path, tmp_path: Path
) -> None:
    review(page, report)
    page.get_by_role("link", name="Upload a new draft").click()
    draft = WordDocument(str(report))
    draft.add_paragraph("The owner of the next step is TBD.")
    draft.save(str(tmp_path / "second draft.docx"))
    page.get_by_label("Choose a document").set_input_files(tmp_path / "second draft.docx")
    page.wait_for_url("**/reviews/*")
    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")

    expect(page.locator(".since")).to_contain_text("unchanged")
    page.locator("finding-filter summary").click()
    page.get_by_label("Since the last draft").select_option("new")
    shown = page.locator(".finding:not([hidden])")
    expect(shown.first).to_contain_text("New since the last draft")
    assert "baseline=new" in page.url
    page.reload()
    expect(page.locator(".finding[data-baseline=unchanged]:not([hidden])")).to_have_count(0)

    page.goto("/reviews")
    rows = page.locator("review-list > .rows > .row")
    expect(rows).to_have_count(1)
    expect(rows.locator("> .row-name a")).to_have_text("second draft.docx")
    page.get_by_text("1 earlier draft").click()
    expect(page.get_by_role("link", name=report.name)).to_be_visible()


def test_an_unknown_review_is_explained_and_leads_on(page: Page) -> None:
    answer = page.goto("/reviews/no-such-review")

    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("unknown_review")).to_be_visible()
    page.get_by_role("link", name="Your reviews").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your reviews")
