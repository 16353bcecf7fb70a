"""No English leaks into Welsh pages: what both twins say alike is a name, or marked as English."""

import re
from html.parser import HTMLParser

import pytest

from tests.integration.http.page_rights import IN_BOTH_LANGUAGES
from tests.integration.http.world import World

BROWSER = {"accept": "text/html"}
VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
UNSPOKEN = frozenset({"code", "pre", "script", "style"})
SENTENCE = re.compile(r"\w+ .*\b[a-z]+ \w+")
PAGES = sorted(
    path
    for route, status in IN_BOTH_LANGUAGES.items()
    for verb, path in [route.split()]
    if verb == "GET" and status == 200 and "{" not in path and "." not in path
)


class Spoken(HTMLParser):
    """The sentences of a page by the language they are marked with; names and single words are none."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sentences: dict[str, set[str]] = {"en": set(), "cy": set()}
        self._open: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            language = dict(attrs).get("lang") or (self._open[-1][1] if self._open else "")
            self._open.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What is closed at once holds no words."""

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if SENTENCE.search(words) and not {tag for tag, _ in self._open} & UNSPOKEN:
            self.sentences[self._open[-1][1]].add(words)


@pytest.mark.parametrize("path", ["/", "/login", "/docs", "/nowhere", *PAGES])
def test_the_twins_of_a_page_share_no_sentence(world: World, path: str) -> None:
    twins = [world.send("GET", address, headers=BROWSER) for address in (path, f"/cy{path.rstrip('/')}")]
    assert [twin.status_code for twin in twins] == [404 if path == "/nowhere" else 200] * 2
    in_english, in_welsh = (Spoken(twin.text).sentences for twin in twins)
    assert in_english["en"]
    assert in_welsh["cy"]
    assert not in_english["en"] & in_welsh["cy"]
