"""Our components against the official fixtures of GOV.UK Frontend 6.3.0: the same tags and text."""

import gzip
import json
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from registry.web.pages.environment import environment

FIXTURES = Path(__file__).parent / "govuk-frontend-fixtures.json.gz"


@cache
def fixtures() -> list[dict[str, Any]]:
    """Every fixture of the components that have their styles here."""
    return [dict(fixture) for fixture in json.loads(gzip.decompress(FIXTURES.read_bytes()))]


class Shape(HTMLParser):
    """What a browser sees of markup: tags with their attributes, and text without needless white space."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.seen: list[object] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, {name: " ".join((value or "").split()) for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(("/", tag))

    def handle_data(self, data: str) -> None:
        if words := data.split():
            self.seen.append(" ".join(words))


def macro_of(component: str) -> str:
    return "govuk" + "".join(part.capitalize() for part in component.split("-"))


@pytest.mark.parametrize("component", sorted({fixture["component"] for fixture in fixtures()}))
def test_a_component_renders_each_official_fixture_alike(component: str) -> None:
    template = environment("en").from_string(
        f'{{% from "govuk_frontend_jinja/components/{component}/macro.html" import {macro_of(component)} %}}'
        f"{{{{ {macro_of(component)}(params) }}}}"
    )
    ours = [fixture for fixture in fixtures() if fixture["component"] == component]
    for fixture in ours:
        made = template.render(params=fixture["options"])
        assert Shape(made).seen == Shape(fixture["html"]).seen, fixture["name"]


def test_no_fixture_is_left_out() -> None:
    assert len(fixtures()) == 525
