"""From the start page to a review."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from ai_prism.core.errors import UnsupportedFormat

pytestmark = pytest.mark.browser


def test_a_chosen_document_is_uploaded_and_its_review_opened(page: Page, report: Path) -> None:
    page.get_by_label("Choose a document").set_input_files(report)

    page.wait_for_url("**/reviews/*")
    expect(page.get_by_role("heading", level=1)).to_have_text(report.name)
    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")


def test_a_document_that_is_chosen_before_the_scripts_are_there_is_uploaded(
    page: Page, report: Path
) -> None:
    held: list[Route] = []
    page.route("**/upload-form.js", lambda route: held.append(route), times=1)
    page.goto("/", wait_until="commit")
    page.get_by_label("Choose a document").set_input_files(report)
    page.wait_for_function("() => document.querySelector('input[type=file]').files.length === 1")

    [script] = held
    script.continue_()

    page.wait_for_url("**/reviews/*")
    expect(page.get_by_role("heading", level=1)).to_have_text(report.name)


def test_a_dropped_document_is_uploaded_too(page: Page) -> None:
    page.evaluate(
        """() => {
            const dropped = new DataTransfer();
            dropped.items.add(new File(["# Notes\\n\\nOwner: TBD\\n"], "notes.md"));
            document.querySelector("h1").dispatchEvent(
                new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
        }"""
    )

    page.wait_for_url("**/reviews/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("notes.md")


def test_several_documents_show_their_own_state_and_lead_to_their_reviews(
    page: Page, report: Path, design: Path
) -> None:
    page.get_by_label("Choose a document").set_input_files([report, design])

    items = page.locator("upload-item")
    expect(items).to_have_count(2)
    for item in (items.first, items.last):
        expect(item).to_contain_text("Finished")
    items.last.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(design.name)


def test_an_example_is_reviewed_by_one_press(page: Page) -> None:
    page.get_by_role("button", name="Services agreement").click()

    page.wait_for_url("**/reviews/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("services-contract.pdf")


def test_the_chosen_playbook_is_used(page: Page, report: Path) -> None:
    choice = page.get_by_label("Hold it to")
    choice.select_option(index=1)
    chosen = choice.locator("option:checked").inner_text()

    page.get_by_label("Choose a document").set_input_files(report)

    page.wait_for_url("**/reviews/*")
    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")
    expect(page.locator(".masthead")).to_contain_text(f"playbook “{chosen}”")


def test_the_party_that_reads_goes_with_the_document(page: Page, report: Path) -> None:
    page.get_by_label("Read an agreement for").select_option("a consumer")

    page.get_by_label("Choose a document").set_input_files(report)

    page.wait_for_url("**/reviews/*")
    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")
    expect(page.locator(".masthead")).to_contain_text("read for the consumer")


def test_a_file_of_an_unknown_kind_is_refused_in_plain_words(page: Page, tmp_path: Path) -> None:
    picture = tmp_path / "picture.gif"
    picture.write_bytes(b"GIF89a" + bytes(64))

    page.get_by_label("Choose a document").set_input_files(picture)

    item = page.locator("upload-item")
    expect(item).to_contain_text("Not uploaded")
    expect(item).to_contain_text(UnsupportedFormat.advice)
    expect(item.get_by_role("button")).to_have_count(0)


def test_a_broken_file_does_not_stop_the_others(page: Page, tmp_path: Path, design: Path) -> None:
    empty = tmp_path / "empty.docx"
    empty.touch()

    page.get_by_label("Choose a document").set_input_files([empty, design])

    items = page.locator("upload-item")
    expect(items.first).to_contain_text("Not uploaded")
    expect(items.last).to_contain_text("Finished")


def test_an_upload_that_breaks_off_can_be_sent_again(page: Page, report: Path) -> None:
    page.route("**/upload", lambda route: route.abort(), times=1)
    page.get_by_label("Choose a document").set_input_files(report)
    expect(page.locator("upload-item")).to_contain_text("The connection broke")

    page.get_by_role("button", name="Try again").click()

    page.wait_for_url("**/reviews/*")
    expect(page.get_by_role("heading", level=1)).to_have_text(report.name)
