"""In the demo someone becomes one of its people with a click, makes a passkey, and signs in with it."""

import json

import pytest
import requests
from playwright.sync_api import Page, expect

from registry.web.pages import Language, in_language
from tests.browser.conftest import OpenContext
from tests.browser.hands import Keyboard, give_authenticator
from tests.browser.looking import Window
from tests.browser.pages import OFFICER
from tests.journeys.world import Json, World, give_password, set_up_app


def test_a_passkey_made_in_the_browser_signs_in(page: Page) -> None:
    give_authenticator(page)
    page.goto("/login/demo")
    page.get_by_role("button", name="Chloe Marsden").click()
    page.goto("/account/sign-in/passkey")
    Keyboard(page).press("Make a passkey")
    expect(page).to_have_title("How you sign in – Information Sharing Registry")
    page.goto("/account")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/login?next=/account")
    Keyboard(page).follow("Use a passkey")
    expect(page.get_by_text("Signed in as Chloe Marsden.")).to_be_visible()


def test_without_a_passkey_at_hand_the_page_says_so_and_stays(page: Page) -> None:
    give_authenticator(page)
    page.goto("/cy/login")
    failed = page.get_by_text("Ni ddefnyddiwyd cod pas")
    expect(failed).to_be_hidden()
    page.get_by_role("button", name="Defnyddio cod pas").click()
    expect(failed).to_be_visible()
    expect(page).to_have_title("Mewngofnodi – Cofrestr Rhannu Gwybodaeth")


def test_without_a_script_the_page_tells_of_the_other_ways(open_context: OpenContext) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/login")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()


@pytest.fixture(scope="module")
def person_with_app(world: World) -> Json:
    """Someone who is not of the demo, and has an app that makes codes."""
    facts = ("--name", "Morag Reid", "--email", "morag.reid@lothian.test", "--organisation", OFFICER[0])
    person: Json = json.loads(
        world.command("people", "add", "morag.reid", *facts, "--role", "auditor", "--json")
    )
    with requests.Session() as browser:
        give_password(browser, f"{world.url}/login", person)
        set_up_app(browser, world.url)
    return person


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_page_for_the_second_step_holds_what_all_pages_promise(
    language: Language, person_with_app: Json, open_context: OpenContext, world: World
) -> None:
    context = open_context()
    page = context.new_page()
    page.goto(in_language("/login", language))
    page.locator("input[name=username]").fill(person_with_app["username"])
    page.locator("input[name=password]").fill(person_with_app["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/login/step")
    faults = Window.open(context, world.url).look(in_language("/login/step", language), language).faults()
    assert not faults, "\n".join(faults)
