"""Every page that the route table names, in both languages, holds what all pages promise."""

from collections.abc import Callable

import pytest
import requests

from registry.web.pages import Language, in_language
from tests.browser.looking import Window
from tests.browser.pages import ADDRESSES, GUEST, OFFICER, ON_THE_WAY, SEEN_BY, Site, Visitor, site
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
    world: World,
    examples: dict[str, str],
    windows: Callable[[Visitor], Window],
    subtests: pytest.Subtests,
) -> None:
    titles: dict[str, str] = {}
    pages = sorted(whole.english - ON_THE_WAY)
    for route, address in ((page, where) for page in pages for where in ADDRESSES.get(page, (page,))):
        with subtests.test(address):
            where = in_language(address.format_map(examples), language)
            for visitor in SEEN_BY.get(route) or (_visitor(world, where),):
                look = windows(visitor).look(where, language)
                faults = look.faults()
                assert not faults, "\n".join(faults)
                assert titles.setdefault(look.facts["title"], route) == route


def _visitor(world: World, where: str) -> Visitor:
    """A guest, or an officer where a guest is sent to sign in."""
    answer = requests.get(f"{world.url}{where}", allow_redirects=False, timeout=10)
    return OFFICER if answer.is_redirect else GUEST
