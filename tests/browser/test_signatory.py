"""A signatory comes by a link in a message and signs with a passkey: no password, no manual, no mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from registry.demo.secrets import DemoSecrets
from tests.browser.conftest import OpenContext
from tests.browser.hands import Keyboard, plug_in
from tests.browser.world import person_called, sign_in
from tests.journeys.world import World

SIGNATORY = "graeme.lockhart"
MOST_ACTIONS = 3


@pytest.fixture
def link(examples: dict[str, str]) -> str:
    """The page of a version that a police force has yet to sign."""
    return f"/sign/{examples['part_signed']}/1"


def test_without_a_script_a_signatory_reads_what_a_passkey_needs(
    open_context: OpenContext, world: World, link: str
) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_in(page, world, "police:scotland", "signatory")
    page.goto(link)
    expect(page.locator("noscript p")).to_have_text("Signing with a passkey needs JavaScript.")
    expect(page.get_by_role("button", name="Sign with your passkey")).to_be_hidden()


def test_who_refuses_without_a_reason_is_led_to_the_field(
    open_context: OpenContext, world: World, link: str
) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_in(page, world, "police:scotland", "signatory")
    page.goto(link)
    Keyboard(page).press("Refuse to sign")
    page.locator("details[open]").get_by_role("button", name="Refuse", exact=True).click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("textarea[name=reason]")).to_be_focused()


def test_a_signatory_signs_with_a_passkey_in_few_actions_from_the_link(
    page: Page, world: World, link: str
) -> None:
    plug_in(page, DemoSecrets.read(world.data_dir).passkeys[SIGNATORY], person_called(world, SIGNATORY))
    page.goto(link)
    actions = ("Use a passkey", "Sign with your passkey")
    for action in actions:
        Keyboard(page).follow(action)
    expect(page).to_have_url(f"{world.url}{link}/receipt")
    expect(page.locator("main")).to_contain_text("passkey")
    assert len(actions) <= MOST_ACTIONS
