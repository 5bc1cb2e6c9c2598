"""With JavaScript off one can still upload, follow, read, cancel and delete."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ai_prism.core.errors import UnsupportedFormat
from support.service import Service

pytestmark = pytest.mark.browser


def test_a_document_is_uploaded_followed_and_read(
    visit: Callable[..., Page], gated: Service, report: Path
) -> None:
    page = visit(gated, java_script_enabled=False)
    page.get_by_label("Choose a document").set_input_files(report)
    page.get_by_role("button", name="Review it").click()
    expect(page.locator("main")).to_have_attribute("data-state", "PROGRESS")

    gated.open_gate()

    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")
    card = page.locator(".finding").first
    card.locator("h3 a").click()
    expect(page.locator(".mark:target")).to_be_in_viewport()


def test_an_agreement_is_read_for_the_side_that_was_chosen(
    visit: Callable[..., Page], service: Service, report: Path
) -> None:
    page = visit(service, java_script_enabled=False)
    page.get_by_label("Read an agreement for").select_option("the customer")
    page.get_by_label("Choose a document").set_input_files(report)

    page.get_by_role("button", name="Review it").click()

    expect(page.locator(".masthead")).to_contain_text("read for the customer")


def test_a_review_is_cancelled_and_deleted(
    visit: Callable[..., Page], gated: Service, report: Path
) -> None:
    page = visit(gated, java_script_enabled=False)
    page.get_by_label("Choose a document").set_input_files(report)
    page.get_by_role("button", name="Review it").click()

    page.get_by_role("button", name="Cancel the review").click()
    gated.open_gate()
    expect(page.locator(".verdict")).to_contain_text("cancelled before it was finished")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delete “")
    page.get_by_role("button", name="Delete it").click()

    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    page.get_by_role("button", name="Bring back").click()
    expect(page.locator(".row")).to_have_count(1)


def test_a_refused_upload_is_explained_on_a_page(
    visit: Callable[..., Page], service: Service, tmp_path: Path
) -> None:
    page = visit(service, java_script_enabled=False)
    picture = tmp_path / "picture.gif"
    picture.write_bytes(b"GIF89a" + bytes(64))
    page.get_by_label("Choose a document").set_input_files(picture)

    page.get_by_role("button", name="Review it").click()

    expect(page.get_by_text(UnsupportedFormat.advice)).to_be_visible()
    expect(page.get_by_text("unsupported")).to_be_visible()


def test_what_was_decided_can_be_read_and_nothing_dead_is_offered(
    page: Page, browser: Browser, service: Service, report: Path
) -> None:
    page.get_by_label("Choose a document").set_input_files(report)
    page.wait_for_url("**/reviews/*")
    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator('[data-decision="accepted"]')).to_have_count(1)
    kept = page.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=kept)

    plain = context.new_page()
    plain.goto(page.url)

    card = plain.locator('[data-decision="accepted"]')
    expect(card.get_by_text("Accepted", exact=True)).to_be_visible()
    expect(card.locator("[data-slot=message]")).to_be_visible()
    offered = plain.get_by_role("button").all_text_contents()
    assert offered == ["Delete"]
    context.close()
