"""A visitor's own browser checks a record of the log, and says which part of it was changed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from tests.journeys.world import Json

Change = Callable[[Json], Json]


def swapped(text: str, place: int) -> str:
    """A text with one character changed."""
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


def entry(record: Json) -> Json:
    return record | {"entry": swapped(record["entry"], record["entry"].index("c1:") + 9)}


def proof(record: Json) -> Json:
    lines = record["proof"].split("\n")
    return record | {"proof": "\n".join([*lines[:2], swapped(lines[2], 5), *lines[3:]])}


def size(record: Json) -> Json:
    head, _, note = record["proof"].partition("\n\n")
    origin, _, rest = note.split("\n", 2)
    return record | {"proof": f"{head}\n\n{origin}\n9999\n{rest}"}


def signature(record: Json) -> Json:
    own = record["proof"].index("— ")
    return record | {"proof": swapped(record["proof"], record["proof"].index(" ", own + 2) + 30)}


def opening(record: Json) -> Json:
    said = record["openings"][0]
    return record | {"openings": [said | {"value": said["value"].replace('"sign"', '"sing"')}]}


def evidence(record: Json) -> Json:
    return record | {"evidence": record["evidence"].replace('"sign', '"sing', 1)}


def roster(record: Json) -> Json:
    listed = record["roster"]["document"].replace('"synced":', '"sinced":', 1)
    return record | {"roster": record["roster"] | {"document": listed}}


def roster_left_out(record: Json) -> Json:
    return record | {"roster": None}


@pytest.fixture
def signed(page: Page, examples: dict[str, str]) -> Page:
    """The approvals of an agreement that was signed by passkeys."""
    page.goto(f"/register/{examples['live']}/approvals")
    return page


def check(page: Page, *, changed: Change | None = None) -> str:
    """What the browser finds of the first signature, as the code behind its sentence."""

    def answer(route: Route) -> None:
        received: Any = route.fetch()
        body = received.json()
        told = json.dumps(changed(body) if changed else body)
        route.fulfill(response=received, body=told)  # codespell:ignore fulfill - its name in Playwright

    page.route("**/record.json", answer)
    step = page.locator("li", has=page.get_by_role("heading", name="Signed")).first
    said = step.locator("output[data-found]")
    step.get_by_role("button", name="Check this record").click()
    expect(said).to_have_count(1)
    expect(said).not_to_be_empty()
    found = str(said.get_attribute("data-found"))
    expect(page.locator(f'#check-words [data-code="{found}"]')).to_have_count(1)
    return found


def test_a_record_as_it_is_holds(signed: Page) -> None:
    assert check(signed) == "sound-passkey"


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (entry, "entry"),
        (proof, "proof"),
        (size, "checkpoint"),
        (signature, "checkpoint"),
        (opening, "opening"),
        (evidence, "evidence"),
        (roster, "roster"),
        (roster_left_out, "roster"),
    ],
)
def test_the_part_that_was_changed_is_named(signed: Page, changed: Change, found: str) -> None:
    assert check(signed, changed=changed) == found


def test_a_changed_key_does_not_fit(signed: Page) -> None:
    field = signed.get_by_label("The log’s key")
    key = field.input_value()
    field.fill(swapped(key, len(key) - 6))
    assert check(signed) == "key"


def test_another_logs_key_does_not_fit(signed: Page) -> None:
    field = signed.get_by_label("The log’s key")
    own = VerifierKey.parse(field.input_value())
    field.fill(VerifierKey(own.name, Kind.ED25519, bytes(32)).text())
    assert check(signed) == "key"


def test_a_page_that_says_something_else_than_the_entry_is_found_out(signed: Page) -> None:
    signed.evaluate(
        "for (const step of document.querySelectorAll('[data-record]'))"
        " step.dataset.shown = step.dataset.shown.replace('signatory', 'siro')"
    )
    assert check(signed) == "page"


def test_without_a_script_there_is_the_proof_and_how_to_check_it(
    open_context: Callable[..., Any], examples: dict[str, str]
) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto(f"/register/{examples['live']}/approvals")
    expect(page.get_by_role("button", name="Check this record")).to_have_count(0)
    expect(page.get_by_text("needs JavaScript")).to_be_visible()
    address = str(page.get_by_role("link", name="proof of entry").first.get_attribute("href"))
    assert page.request.get(address).text().startswith("c2sp.org/tlog-proof@v1\n")
