"""A visitor's own browser checks a record of the log, and says which part of it somebody changed."""

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Locator, Page, Route, expect

from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind

Record = dict[str, Any]


def entry(record: Record) -> None:
    """One letter of what the entry says, or of what seals it."""
    record["entry"] = re.sub(
        r'("(?:c|digest)":"\w+:)(.)', lambda found: found[1] + _other(found[2]), record["entry"]
    )


def proof(record: Record) -> None:
    """Another hash on the way to the root."""
    record["proof"] = re.sub(r"(index \d+\n)(.)", lambda found: found[1] + _other(found[2]), record["proof"])


def checkpoint(record: Record) -> None:
    """Another root above the signature."""
    record["proof"] = re.sub(r"(\n\d+\n)(.)", lambda found: found[1] + _other(found[2]), record["proof"])


def _other(letter: str) -> str:
    return "B" if letter == "A" else "A"


@pytest.fixture
def approval(page: Page, examples: dict[str, str]) -> Locator:
    """An approval with a passkey, as the page tells it."""
    page.goto(f"/register/{examples['live']}/approvals")
    return page.locator("li", has_text="own passkey").first


def found_by_check(approval: Locator) -> Locator:
    """What the browser says when it has checked the record."""
    approval.get_by_role("button", name="Check this record").click()
    return approval.locator("output[data-found]")


def test_a_record_that_nobody_changed_holds(approval: Locator) -> None:
    expect(found_by_check(approval)).to_have_attribute("data-found", "sound-passkey")


@pytest.mark.parametrize("change", [entry, proof, checkpoint])
def test_the_browser_tells_which_part_was_changed(
    page: Page, approval: Locator, change: Callable[[Record], None]
) -> None:
    def on_the_way(route: Route) -> None:
        record = route.fetch().json()
        before = dict(record)
        change(record)
        assert record != before
        route.fulfill(json=record)

    page.route(re.compile(r"/approvals/\d+"), on_the_way)
    said = found_by_check(approval)
    expect(said).to_have_attribute("data-found", change.__name__)
    expect(said).to_contain_text("changed")


def test_the_browser_tells_that_another_key_signed(page: Page, approval: Locator) -> None:
    field = page.get_by_label("The log’s key")
    own = VerifierKey.parse(field.input_value())
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    field.fill(VerifierKey(own.name, Kind.ED25519, public).text())
    expect(found_by_check(approval)).to_have_attribute("data-found", "key")


def test_a_key_that_was_mistyped_is_no_key(page: Page, approval: Locator) -> None:
    field = page.get_by_label("The log’s key")
    mistyped = bytearray(base64.b64decode(field.input_value().rpartition("+")[2]))
    mistyped[5] ^= 1
    field.fill(field.input_value().rpartition("+")[0] + "+" + base64.b64encode(mistyped).decode())
    expect(found_by_check(approval)).to_have_attribute("data-found", "key")
