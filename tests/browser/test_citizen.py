"""Someone who was in hospital finds out who shares what about them and why: no account."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.hands import Keyboard

MAP = "Map of who sends to it and who receives from it"


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def page(request: pytest.FixtureRequest, open_context: OpenContext) -> Page:
    """A window of a guest."""
    return open_context(java_script_enabled=request.param).new_page()


def test_a_citizen_finds_who_shares_with_a_hospital_and_why(page: Page) -> None:
    page.goto("/")
    keys = Keyboard(page)
    keys.fill("Search the register", "hospital")
    keys.enter()
    keys.follow("Discharge from hospital to care at home, south Cumbria")
    expect(page.locator("h1")).to_have_text("Discharge from hospital to care at home, south Cumbria")

    sharing = page.get_by_role("region").filter(has_text="gives to University Hospitals of Morecambe Bay")
    expect(sharing.first).to_contain_text("Why")
    expect(sharing.first).to_contain_text("Direct care")
    expect(page.get_by_text("You can ask any of these bodies what it holds about you")).to_be_visible()


def test_a_citizen_sees_on_a_map_who_sends_to_a_hospital(page: Page) -> None:
    page.goto("/bodies?q=Morecambe")
    Keyboard(page).follow("University Hospitals of Morecambe Bay")
    expect(page.get_by_role("group", name=MAP).first).to_be_visible()
    row = page.locator("tr", has_text="South Cumbria").first
    expect(row).to_contain_text(re.compile("care", re.IGNORECASE))


def test_a_reader_of_welsh_finds_the_same_in_welsh(page: Page) -> None:
    page.goto("/")
    keys = Keyboard(page)
    keys.follow("Cymraeg")
    keys.fill("Chwilio’r gofrestr", "hospital")
    keys.enter()
    expect(page).to_have_url(re.compile(r"/cy/register\?q=hospital"))
    expect(page.locator("main h2").first).to_contain_text("3 chytundeb")
