"""The three searches (AuthZEN 1.0 section 8): who may receive it, what may we receive, what may be done.

A search is as many evaluations as there are candidates: what it lists is what an evaluation of the same
question permits at that instant, and nothing is listed about which the caller's organisation may not ask.
The entity that is searched for has only a type: an `id` it comes with is ignored.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from registry.callers import Caller
from registry.decisions.searches.paging import Pages
from registry.decisions.wire.reading import parse_object
from registry.decisions.words.rendering import encode

Json = Mapping[str, Any]

MAX_SEARCH_BYTES = 65_536


class Searched(StrEnum):
    """What a search looks for; the last step of its address."""

    SUBJECT = "subject"
    RESOURCE = "resource"
    ACTION = "action"

    @property
    def path(self) -> str:
        """Where it is asked for."""
        return f"/access/v1/search/{self}"

    @property
    def name(self) -> str:
        """The member by which its results are told apart."""
        return "name" if self is Searched.ACTION else "id"


class Found(NamedTuple):
    """All that a search found, each in the form of an answer, and what is said besides."""

    results: Sequence[Json]
    context: Json


class Finder(Protocol):
    """Knows what is permitted."""

    def find(self, searched: Searched, asked: Json, caller: Caller, now: datetime) -> Found:
        """Everything of a kind that would be permitted."""


class Searches:
    """Answers searches, page by page."""

    def __init__(self, finder: Finder, pages: Pages) -> None:
        self._finder = finder
        self._pages = pages

    def answer(self, searched: Searched, body: bytes, caller: Caller, now: datetime) -> bytes:
        """One page of what a search finds, as JSON.

        Raises:
            NotJson, MalformedJson: the body is no JSON object.
            BadPage, PageTokenRefused: see `Pages.read`. The finder says what else is refused.
        """
        asked = parse_object(body, MAX_SEARCH_BYTES)
        page = self._pages.read(asked, caller, now, path=searched.path)
        found = self._finder.find(searched, asked, caller, now)
        results = sorted(found.results, key=lambda result: str(result[searched.name]))
        said, shown = self._pages.cut(page, [result[searched.name] for result in results], now)
        return encode({"page": said, "context": found.context, "results": results[shown]})
