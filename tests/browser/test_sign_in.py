"""Signing in and out by keyboard, with and without scripts, in both colour schemes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ai_prism.storage.database import Database
from ai_prism.storage.identities import Tokens
from support.service import Service

Visit = Callable[..., Page]


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_person_signs_in_and_out_by_keyboard(
    start_service: Callable[..., Service], visit: Visit, scripts: bool, scheme: str
) -> None:
    service = start_service(auth="token")
    service.start_redis()
    service.start_web()
    token = Tokens(Database(service.settings.database)).new("maintenance team")
    page = visit(service, "/reviews", java_script_enabled=scripts, color_scheme=scheme)

    expect(page.get_by_label("Token")).to_be_focused()
    expect(page.get_by_role("navigation")).to_have_count(0)
    page.keyboard.type("aip_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This token opens nothing.")
    page.get_by_label("Token").press_sequentially(token)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{service.url}/reviews")
    expect(page.get_by_text("maintenance team")).to_be_visible()
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    page.get_by_role("button", name="Sign out").press("Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
