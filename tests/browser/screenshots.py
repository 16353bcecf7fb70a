"""`make screenshots`: pictures of the main pages of the demo, in both languages and two widths.

Usage: python -m tests.browser.screenshots FOLDER PICTURES_OF_README
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from itertools import product
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from registry.web.pages import Language, in_language
from tests.browser.looking import DESK, TELEPHONE
from tests.browser.pages import AUDITOR, CONSTABLE, GUEST, OFFICER, QUESTION, Visitor, examples_in
from tests.browser.world import chromium, demo_for_browsers, sign_in

MAIN_PAGES: dict[str, tuple[Visitor, str]] = {
    "front": (GUEST, "/"),
    "register": (GUEST, "/register"),
    "agreement": (GUEST, "/register/{live}"),
    "approvals": (GUEST, "/register/{live}/approvals"),
    "card": (GUEST, "/register/{live}/card"),
    "bodies": (GUEST, "/bodies"),
    "body": (GUEST, "/bodies/ods:RTX"),
    "matrix": (GUEST, "/matrix"),
    "log": (GUEST, "/verify"),
    "sign-in": (GUEST, "/login"),
    "can-we-share": (CONSTABLE, f"/can-we-share?{QUESTION}"),
    "answer": (CONSTABLE, f"/can-we-share/answer?{QUESTION}&purpose=child-safeguarding&regime=uk-gdpr"),
    "not-covered": (CONSTABLE, f"/can-we-share/answer?{QUESTION}&purpose=statistics"),
    "home": (OFFICER, "/home"),
    "account": (OFFICER, "/account"),
    "sign": (("police:scotland", "signatory"), "/sign/{part_signed}/1"),
    "audit": (AUDITOR, "/audit?seed=4-8-15-16-23-42&number=3"),
}
IN_README = {"agreement": "main h2", "answer": "main h1", "body": "main h2"}
"""What the README shows, and where each picture begins."""

LANGUAGES: tuple[Language, ...] = ("en", "cy")
WIDTHS: dict[str, ViewportSize] = {"wide": DESK, "narrow": TELEPHONE}
SMALL: ViewportSize = {"width": 900, "height": 600}


def take_pictures(folder: Path, for_readme: Path) -> Iterator[Path]:
    """Make every picture; the files. A name ends with the language and the width."""
    for one in (folder, for_readme):
        one.mkdir(parents=True, exist_ok=True)
    with ExitStack() as until_the_end:
        data = Path(until_the_end.enter_context(tempfile.TemporaryDirectory()))
        world = until_the_end.enter_context(demo_for_browsers(data / "demo"))
        browser = until_the_end.enter_context(chromium())
        examples = examples_in(world.data_dir)

        @cache
        def window_of(visitor: Visitor) -> Page:
            page = browser.new_page(base_url=world.url)
            if any(visitor):
                sign_in(page, world, *visitor)
            return page

        for (name, (visitor, address)), language in product(MAIN_PAGES.items(), LANGUAGES):
            page = window_of(visitor)
            page.goto(in_language(address.format_map(examples), language))
            for width, size in WIDTHS.items():
                yield _picture(page, folder / f"{name}.{language}.{width}.png", size)
            if name in IN_README and language == "en":
                yield _picture(page, for_readme / f"{name}.png", SMALL, begins_at=IN_README[name])


def _picture(page: Page, file: Path, size: ViewportSize, *, begins_at: str = "") -> Path:
    """The whole page in a window of a size, or what such a window shows from a place on."""
    page.set_viewport_size(size)
    if begins_at:
        page.locator(begins_at).first.evaluate("place => place.scrollIntoView()")
    page.screenshot(path=file, full_page=not begins_at)
    return file


if __name__ == "__main__":
    for picture in take_pictures(*map(Path, sys.argv[1:])):
        sys.stdout.write(f"{picture}\n")
