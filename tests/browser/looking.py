"""One look at one page: everything that the sweep wants of it, in a single load.

axe-core finds what its rules find; what it is blind to is looked for here: a page that scrolls sideways on a
telephone, colours that a person chose instead of ours, complaints of the browser, requests to others, weight.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, Response, ViewportSize

from registry.web.pages import english

HERE = Path(__file__).parent
AXE = HERE / "axe" / "axe.min.js"
FACTS, NARROW, CONTRAST = (
    (HERE / "scripts" / f"{name}.js").read_text("utf-8") for name in ("facts", "narrow", "contrast")
)

KNOWN_UPSTREAM = frozenset({"label-content-name-mismatch"})
"""What GOV.UK Frontend's own file upload does wrong: the order of its `aria-labelledby`."""

AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"],
    "resultTypes": ["violations"],
    "preload": False,  # it would fetch the styles by script, which the policy of our pages forbids
}
DESK: ViewportSize = {"width": 1280, "height": 900}
TELEPHONE: ViewportSize = {"width": 320, "height": 640}
MOST_BYTES, MOST_SCRIPT_BYTES = 40_000, 15_000
NAME = {"en": "Information Sharing Registry", "cy": "Cofrestr Rhannu Gwybodaeth"}


@dataclass
class Window:
    """A browser window that remembers what went wrong in it. Its pages have axe-core aboard."""

    page: Page
    own: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, context: BrowserContext, own: str) -> "Window":
        """A window on the pages of the registry at the address `own`."""
        window = cls(context.new_page(), own)
        window.page.add_init_script(path=AXE)
        window.page.on("console", window._hear)
        window.page.on("pageerror", window._stumble)
        window.page.on("request", window._watch)
        return window

    def look(self, path: str, language: str) -> "Look":
        """Load a page and look at it in every way."""
        self.complaints.clear()
        self.page.set_viewport_size(DESK)
        response = self.page.goto(self.own + path)
        assert response is not None, path
        violations = self.page.evaluate("options => axe.run(document, options)", AXE_OPTIONS)["violations"]
        facts = self.page.evaluate(FACTS)
        self.page.emulate_media(forced_colors="active")
        unread = self.page.evaluate(CONTRAST)
        self.page.emulate_media(forced_colors="none")
        self.page.set_viewport_size(TELEPHONE)
        wide = self.page.evaluate(NARROW)
        return Look(path, language, response, facts, violations, unread, wide, tuple(self.complaints))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _stumble(self, error: Error) -> None:
        self.complaints.append(error.message)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.own + "/", "data:")):
            self.complaints.append(f"asked another for {request.url}")


@dataclass(frozen=True)
class Look:
    """What was seen of a page."""

    path: str
    language: str
    response: Response
    facts: dict[str, Any]
    violations: list[dict[str, Any]]
    unread: list[str]
    wide: list[str]
    complaints: tuple[str, ...]

    def faults(self) -> list[str]:
        """Everything that is wrong with it, in words."""
        return [
            *self._accessibility(),
            *(f"cannot be read in forced colours: {text}" for text in self.unread),
            *(f"sticks out at 320 px: {element}" for element in self.wide),
            *(f"the browser complains: {complaint}" for complaint in self.complaints),
            *self._words(),
            *self._weight(),
        ]

    def _accessibility(self) -> Iterator[str]:
        for violation in self.violations:
            if violation["id"] not in KNOWN_UPSTREAM:
                places = [node["html"][:160] for node in violation["nodes"][:3]]
                yield f"axe: {violation['id']}: {violation['help']}: {places}"

    def _words(self) -> Iterator[str]:
        if self.response.status != 200:
            yield f"answered {self.response.status}"
        elif urlsplit(self.response.url).path != urlsplit(self.path).path:
            yield f"leads to {self.response.url}"
        if self.facts["lang"] != self.language:
            yield f"lang is {self.facts['lang']!r}"
        if not re.fullmatch(rf"\S.* [-–] {NAME[self.language]}|{NAME[self.language]}", self.facts["title"]):
            yield f"title is {self.facts['title']!r}"
        if len(self.facts["headings"]) != 1 or not self.facts["headings"][0]:
            yield f"first headings are {self.facts['headings']}"
        if not self._leads_to_its_twin():
            yield f"the other language is at {self.facts['twin']!r}"

    def _leads_to_its_twin(self) -> bool:
        """Whether the link to the other language leads to this page, showing what it shows now."""
        here, there = urlsplit(self.path), urlsplit(self.facts["twin"] or "")
        is_page = english(here.path) == english(there.path) and here.path != there.path
        return is_page and parse_qs(here.query).items() <= parse_qs(there.query).items()

    def _weight(self) -> Iterator[str]:
        if self.facts["bytes"] > MOST_BYTES:
            yield f"weighs {self.facts['bytes']} bytes"
        if self.facts["scriptBytes"] > MOST_SCRIPT_BYTES:
            yield f"loads {self.facts['scriptBytes']} bytes of script"
