"""A constable asks before sharing: what is covered comes with duties, what is not is not called unlawful."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.hands import Keyboard
from tests.browser.world import sign_in
from tests.journeys.world import World

REGIME = "UK GDPR and Part 2"
ASKED = "held_by=us&other=gss:E10000017&subject_group=child&category=criminal-allegation&volume=one"


def test_a_constable_is_told_what_to_do_and_never_that_sharing_is_unlawful(page: Page, world: World) -> None:
    sign_in(page, world, "police:lancashire", "ig_officer")
    page.goto("/can-we-share")
    keys = Keyboard(page)
    keys.choose("Lancashire Constabulary")
    keys.fill("Which is the other organisation?", "Lancashire County")
    keys.follow("Find the organisation")
    keys.choose("Lancashire County Council")
    keys.select("Whom is the information about?", "Children and young people")
    keys.choose("One person or case at a time")
    keys.select("What kind of information is it?", "Criminal allegation")
    keys.select("What is it for?", "Safeguarding children")
    keys.press("Say more, if you know it")
    keys.select("Under which data protection regime", REGIME)
    keys.follow("Get the answer")
    expect(page.locator("h1")).to_contain_text("Yes, if you do everything listed here")
    expect(
        page.get_by_role("group", name="What you have to do").get_by_role("checkbox").first
    ).to_be_visible()

    keys.follow("Change the question")
    keys.select("What is it for?", "Statistics")
    keys.follow("Get the answer")
    expect(page.locator("h1")).not_to_contain_text("Yes")
    expect(page.locator("main")).to_contain_text("This is not a finding that sharing is unlawful.")


def test_in_an_emergency_a_constable_is_told_in_welsh_that_no_agreement_is_needed(
    open_context: OpenContext, world: World
) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_in(page, world, "police:lancashire", "ig_officer")
    page.goto(f"/cy/can-we-share?{ASKED}")
    page.locator("select[name=purpose]").select_option("statistics")
    page.locator("input[name=urgent]").check()
    page.get_by_role("button", name="Cael yr ateb").click()
    expect(page.locator("h1")).to_have_text("Nid oes cytundeb cofrestredig sy’n cwmpasu hyn.")
    expect(page.locator("main")).to_contain_text("Nid yw hyn yn ganfyddiad bod rhannu'n anghyfreithlon.")
    expect(page.locator("main")).to_contain_text("Mewn argyfwng gall y rhain fod yn gymwys")
