"""Every page that the route table names, in both languages, holds what all pages promise."""

from collections.abc import Callable

import pytest

from registry.web.pages import Language, in_language
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
    looks = [
        (page.route, visitor, address)
        for page in sorted(whole.english)
        for visitor in page.seen_by
        for address in page.addresses
    ]
    for route, visitor, address in looks:
        with subtests.test(f"{address} by {visitor}"):
            where = in_language(address.format_map(examples), language)
            look = windows(visitor).look(where, language)
            faults = look.faults()
            assert not faults, "\n".join(faults)
            assert titles.setdefault(look.facts["title"], route) == route
