"""In the demo someone becomes one of its people with a click, makes a passkey, and signs in with it."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.hands import Keyboard, give_authenticator


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
