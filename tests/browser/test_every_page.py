"""Every page that the route table names, in both languages, holds what all pages promise."""

from collections.abc import Callable

import pytest

from registry.web.pages import Language
from tests.browser.looking import Window
from tests.browser.pages import Site, site
from tests.journeys.world import World


@pytest.fixture(scope="module")
def whole(world: World) -> Site:
    """Every page."""
    return site(world.data_dir, world.url)


def test_every_page_has_its_twin(whole: Site) -> None:
    assert whole.english == whole.welsh


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_page_holds_what_all_pages_promise(
    language: Language,
    whole: Site,
    examples: dict[str, str],
    windows: Callable[[tuple[str, str]], Window],
    subtests: pytest.Subtests,
) -> None:
    titles: dict[str, str] = {}
    for page in sorted(whole.english):
        for address in page.addresses(language, examples):
            with subtests.test(address):
                look = windows(page.visitor).look(address, language)
                faults = look.faults()
                assert not faults, "\n".join(faults)
                assert titles.setdefault(look.facts["title"], page.route) == page.route
