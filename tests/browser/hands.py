"""Hands that know no mouse, and a passkey for those who have one."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page

MOST_STOPS = 200
"""How often anyone presses Tab before they give up."""

FOCUSED = """() => {
    const one = document.activeElement;
    if (one === document.body) return { name: "", group: "", isShown: true };
    const labels = [...(one.labels ?? [])].map(label => label.innerText).join(" ");
    const named = labels || one.innerText || one.ariaLabel || "";
    const group = one.type === "radio" ? one.closest("fieldset").innerText : "";
    return { name: named.trim(), group, isShown: getComputedStyle(one).outlineStyle !== "none" };
}"""


@dataclass(frozen=True)
class Keyboard:
    """What a person does with keys alone. What Tab does not reach, or shows no focus, they cannot use."""

    page: Page

    def reach(self, name: str) -> None:
        """Go on to the next thing of this name."""
        self._go_on(lambda focused: name in focused["name"])

    def press(self, name: str) -> None:
        """Use a button that changes something on the page."""
        self.reach(name)
        self.page.keyboard.press("Enter")

    def follow(self, name: str) -> None:
        """Use a link, or a button that leads on."""
        self.reach(name)
        self.enter()

    def enter(self) -> None:
        """Let what has the focus lead on."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fill(self, name: str, text: str) -> None:
        """Write into a field."""
        self.reach(name)
        self.page.keyboard.type(text)

    def select(self, name: str, option: str) -> None:
        """Choose from a list, as one does by typing what is wanted."""
        self.fill(name, option)

    def choose(self, label: str) -> None:
        """Choose one of several buttons, which the arrows move between."""
        focused = self._go_on(lambda focused: label in focused["group"])
        self.page.keyboard.press("Space")
        while label not in focused["name"]:
            self.page.keyboard.press("ArrowDown")
            focused = self.page.evaluate(FOCUSED)

    def _go_on(self, is_there: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
        passed = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            focused: Mapping[str, Any] = self.page.evaluate(FOCUSED)
            assert focused["isShown"], f"nobody sees that {focused['name']!r} has the focus"
            if is_there(focused):
                return focused
            passed.append(focused["name"])
        raise AssertionError(f"not within reach of the keyboard; these are: {passed[:40]}")


def give_authenticator(page: Page) -> tuple[CDPSession, dict[str, str]]:
    """Give a window an authenticator that needs no touch; where to reach it, and under which id."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made: dict[str, str] = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devices, made


def plug_in(page: Page, passkey: Mapping[str, str], person: str) -> None:
    """Give a window an authenticator that needs no touch, with the passkey of a person, by row id."""
    devices, made = give_authenticator(page)
    credential = {
        **passkey,
        "userHandle": base64.b64encode(person.encode()).decode(),
        "isResidentCredential": True,
        "signCount": 0,
        "backupEligibility": True,
        "backupState": True,
    }
    devices.send("WebAuthn.addCredential", {**made, "credential": credential})
