"""A review is watched while it runs: nothing is lost by reloading, waiting or losing the line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.service import Service, end
from support.waiting import until

pytestmark = pytest.mark.browser


def start_review(page: Page, document: Path) -> None:
    page.get_by_label("Choose a document").set_input_files(document)
    page.wait_for_url("**/reviews/*")


def test_findings_and_sections_are_there_before_the_review_has_ended(
    visit: Callable[..., Page], gated: Service, report: Path
) -> None:
    page = visit(gated)
    start_review(page, report)

    expect(page.locator(".progress-words")).to_contain_text("Asking the reviewer")
    expect(page.locator(".finding").first).to_be_visible()
    expect(page.locator("section-outline li").first).to_be_visible()
    expect(page.locator("main")).to_have_attribute("data-state", "PROGRESS")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_while_findings_arrive(
    visit: Callable[..., Page], gated: Service, report: Path, width: int
) -> None:
    page = visit(gated, viewport={"width": width, "height": 800})
    start_review(page, report)
    page.evaluate(
        """() => {
            window.shifts = [];
            new PerformanceObserver((list) => window.shifts.push(...list.getEntries()))
                .observe({ type: "layout-shift", buffered: true });
        }"""
    )
    expect(page.locator(".progress-words")).to_contain_text("Asking the reviewer")
    expect(page.locator(".finding").nth(5)).to_be_attached()

    moved = page.evaluate("window.shifts.reduce((sum, shift) => sum + shift.value, 0)")

    # Of the whole window; what one can see begins at a tenth, https://web.dev/articles/cls.
    assert moved < 0.02


def test_the_result_takes_the_place_of_the_live_page_when_the_review_ends(
    visit: Callable[..., Page], gated: Service, report: Path
) -> None:
    page = visit(gated)
    start_review(page, report)
    expect(page.locator(".finding").first).to_be_visible()
    page.evaluate("window.isTheSamePage = true")

    gated.open_gate()

    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")
    expect(page.locator(".verdict")).to_contain_text("risk")
    expect(page.locator("document-text .mark").first).to_be_visible()
    assert page.evaluate("window.isTheSamePage")


def test_a_reload_in_the_middle_and_a_second_tab_lose_nothing(
    visit: Callable[..., Page], gated: Service, report: Path
) -> None:
    page = visit(gated)
    start_review(page, report)
    until(gated.entered, what="the reviewer")
    expect(page.locator(".progress-words")).to_contain_text("Asking the reviewer")
    before = sorted(page.locator(".finding h3").all_inner_texts())

    page.reload()
    second = page.context.new_page()
    second.goto(page.url)

    for tab in (page, second):
        expect(tab.locator(".progress-words")).to_contain_text("Asking the reviewer")
        assert sorted(tab.locator(".finding h3").all_inner_texts()) == before
    gated.open_gate()
    for tab in (page, second):
        expect(tab.locator("main")).to_have_attribute("data-state", "SUCCESS")


def test_a_finding_that_is_being_read_stays_where_it_is_when_the_review_ends(
    visit: Callable[..., Page], gated: Service, report: Path
) -> None:
    page = visit(gated, viewport={"width": 1280, "height": 400})
    start_review(page, report)
    expect(page.locator(".progress-words")).to_contain_text("Asking the reviewer")
    read = page.locator(".finding").last
    identity = read.get_attribute("id")
    read.evaluate("card => window.scrollTo(0, card.getBoundingClientRect().top + scrollY - 40)")

    gated.open_gate()

    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")
    expect(page.locator(f"[id='{identity}']")).to_be_in_viewport()


def test_a_waiting_review_shows_its_place_in_the_queue(
    visit: Callable[..., Page], gated: Service, report: Path, design: Path
) -> None:
    page = visit(gated)
    start_review(page, report)
    until(gated.entered, what="the only worker to be busy")
    page.goto("/")
    start_review(page, design)

    expect(page.locator(".progress-words")).to_contain_text("Queued, next in line")


def test_a_cancelled_review_keeps_what_was_found_and_can_be_run_again(
    visit: Callable[..., Page], gated: Service, report: Path
) -> None:
    page = visit(gated)
    start_review(page, report)
    expect(page.locator(".progress-words")).to_contain_text("Asking the reviewer")

    page.get_by_role("button", name="Cancel the review").click()
    expect(page.get_by_role("button", name="Stopping at the next step")).to_be_disabled()
    gated.open_gate()

    expect(page.locator(".verdict")).to_contain_text("cancelled before it was finished")
    expect(page.locator(".finding").first).to_be_visible()
    expect(page.locator("[data-stage=checks]")).to_have_attribute("data-status", "done")
    expect(page.locator("[data-stage=risk]")).to_have_attribute("data-status", "ahead")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")


def test_each_of_several_reviews_is_cancelled_and_run_again_by_itself(
    visit: Callable[..., Page], gated: Service, report: Path, design: Path
) -> None:
    page = visit(gated)
    page.get_by_label("Choose a document").set_input_files([report, design])
    running, waiting = page.locator("upload-item").all()
    until(gated.entered, what="the only worker to be busy")

    waiting.get_by_role("button", name=f"Cancel the review of {design.name}").click()
    expect(waiting).to_contain_text("Cancelled")
    expect(
        running.get_by_role("button", name=f"Cancel the review of {report.name}")
    ).to_be_visible()
    waiting.get_by_role("button", name="Try again").click()
    expect(waiting).to_contain_text("Queued")
    gated.open_gate()

    for item in (running, waiting):
        expect(item).to_contain_text("Finished")
        expect(item.get_by_role("button")).to_have_count(0)


def test_a_lost_connection_is_told_and_what_came_meanwhile_is_caught_up_with(
    visit: Callable[..., Page], start_service: Callable[..., Service], report: Path
) -> None:
    service = start_service(reviewer="support.reviewers:GatedReviewer")
    service.start_redis()
    web = service.start_web()
    service.start_worker()
    page = visit(service)
    start_review(page, report)
    until(service.entered, what="the reviewer")

    end(web)
    expect(page.locator("#connection")).to_be_visible()
    service.open_gate()
    service.start_web()

    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")
    expect(page.locator("#connection")).to_be_hidden()


def test_where_streams_are_blocked_the_page_asks_for_the_state(
    visit: Callable[..., Page], gated: Service, report: Path
) -> None:
    page = visit(gated)
    page.route("**/events/*", lambda route: route.abort())
    start_review(page, report)
    expect(page.locator("#connection")).to_be_visible()

    gated.open_gate()

    expect(page.locator("main")).to_have_attribute("data-state", "SUCCESS")


def test_a_review_that_is_deleted_elsewhere_is_said_to_be_gone(
    visit: Callable[..., Page], gated: Service, report: Path
) -> None:
    page = visit(gated)
    start_review(page, report)
    expect(page.locator(".progress-words")).to_contain_text("Asking the reviewer")
    second = page.context.new_page()
    second.goto(page.url)

    second.get_by_role("button", name="Delete").click()

    expect(page.get_by_text("unknown_review")).to_be_visible(timeout=20_000)


def test_a_document_that_cannot_be_read_says_what_to_do(page: Page, tmp_path: Path) -> None:
    blank = tmp_path / "blank.md"
    blank.write_text("   \n\n   \n")

    start_review(page, blank)

    expect(page.locator("main")).to_have_attribute("data-state", "FAILURE")
    expect(page.locator(".verdict")).to_contain_text("The review failed")
    expect(page.locator(".verdict")).to_contain_text("What to do")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
