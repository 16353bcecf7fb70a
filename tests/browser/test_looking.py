"""What a look at a page finds: each fault of a page that has them all."""

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.looking import Window
from tests.journeys.world import World

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src *; require-trusted-types-for 'script'"
BAD = """<!doctype html><html lang="cy"><title>Wrong</title>
<header><a hreflang="cy" href="/cy/elsewhere">Cymraeg</a></header>
<main><h1>One</h1><h1>Two</h1>
<p style="forced-color-adjust: none; color: #fff; background: #fff">Unread</p>
<svg width="90" height="20" role="img" aria-label="Drawn"><rect width="90" height="20" fill="#111" />
<text y="15" style="forced-color-adjust: none; fill: #222">Drawn</text></svg>
<input type="text"><div style="width: 400px">Wide</div>
<img alt="" src="http://other.test/pixel.png"><script>alert(1)</script></main>"""
PADDING = "<!-- " + "x" * 40_000 + " -->"
FAULTS = (
    "axe: label:",
    "cannot be read in forced colours: 1.0: p “Unread”",
    "“Drawn”",
    "sticks out at 320 px: div.",
    "the browser complains: asked another for http://other.test/pixel.png",
    "the browser complains: Executing inline script violates",
    "lang is 'cy'",
    "title is 'Wrong'",
    "first headings are ['One', 'Two']",
    "the other language is at '/cy/elsewhere'",
    "weighs 40",
)


@pytest.fixture(scope="module")
def found(browser: Browser, world: World) -> list[str]:
    """What is found wrong with the page."""

    def answer(route: Route) -> None:
        headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": POLICY}
        route.fulfill(body=BAD + PADDING, headers=headers)  # codespell:ignore fulfill

    with browser.new_context() as context:
        context.route("**/*", lambda route: route.abort())
        context.route(f"{world.url}/bad", answer)
        return Window.open(context, world.url).look("/bad", "en").faults()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_look_finds_each_fault(found: list[str], fault: str) -> None:
    assert any(fault in one for one in found), found
