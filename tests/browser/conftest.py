"""One demo and one Chromium for all tests with a browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.looking import Window
from tests.browser.pages import Visitor, examples_in
from tests.browser.world import PATIENCE, chromium, demo_for_browsers, sign_in
from tests.journeys.world import World

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo, loaded through the ordinary actions and serving."""
    with demo_for_browsers(tmp_path_factory.mktemp("browsers") / "demo") as world:
        yield world


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium, not kept longer: while Playwright runs, no other test can run an event loop."""
    with chromium() as browser:
        yield browser


OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def open_context(browser: Browser, world: World) -> Iterator[OpenContext]:
    """Browsers of different people, with nothing in common."""
    with ExitStack() as until_the_end:

        def open_one(**options: object) -> BrowserContext:
            context: BrowserContext = until_the_end.enter_context(
                browser.new_context(base_url=world.url, **options)  # type: ignore[arg-type]  # as they come
            )
            context.set_default_timeout(PATIENCE)
            return context

        yield open_one


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    """A window of a guest."""
    return open_context().new_page()


@pytest.fixture
def windows(open_context: OpenContext, world: World) -> Callable[[Visitor], Window]:
    """Windows that pages are looked at in, one for each visitor: an organisation and a role, or a guest."""

    @cache
    def of(visitor: Visitor) -> Window:
        context = open_context()
        if any(visitor):
            sign_in(context.new_page(), world, *visitor)
        return Window.open(context, world.url)

    return of


@pytest.fixture(scope="package")
def examples(world: World) -> dict[str, str]:
    """What stands in addresses."""
    return examples_in(world.data_dir)
