"""The public register as a page, on a large one: every search in every way it can be asked for."""

from dataclasses import dataclass
from itertools import cycle
from time import perf_counter
from urllib.parse import urlencode, urlsplit

import requests

from tests.bench import load
from tests.bench.timing import Timing
from tests.journeys.world import World

CONNECTIONS = 2
SEARCHES: tuple[dict[str, str], ...] = (
    {},
    {"page": "2000"},
    {"sort": "review"},
    {"q": "homes"},
    {"q": "hospital"},
    {"q": "lancashire police"},
    {"q": "nothing is called this"},
    {"party": "gss:E10000017"},
    {"party": "council", "purpose": "child-safeguarding", "sort": "start"},
    {"q": "families", "category": "housing", "status": "active"},
)
"""What citizens look for: all, the middle of it, a word, a body by name, what there is not, and filters."""


@dataclass(frozen=True, slots=True)
class Found:
    """How long the first visitor waits, the timing of each search, and of all of them in turn."""

    first_seconds: float
    each: dict[str, Timing]
    together: Timing


def measure(world: World, *, seconds: float) -> Found:
    """Look at the register as strangers, in both languages."""
    began = perf_counter()
    for path in ("/register", "/cy/register", "/register?sort=review", "/register?sort=start"):
        requests.get(world.url + path, timeout=120).raise_for_status()
    first = perf_counter() - began
    asked = {urlencode(search): _request(search) for search in SEARCHES}
    port = urlsplit(world.url).port or 80
    each = {name: _timing(port, [request], seconds / 5) for name, request in asked.items()}
    return Found(first, each, _timing(port, list(asked.values()), seconds))


def _request(search: dict[str, str]) -> bytes:
    return load.request("GET", f"/register?{urlencode(search)}", token="", body=b"")


def _timing(port: int, wanted: list[bytes], seconds: float) -> Timing:
    answers = load.send(port, cycle(wanted), connections=CONNECTIONS, seconds=seconds)
    if set(answers.statuses) != {200}:
        raise RuntimeError(f"not every page was shown: {answers.statuses}")
    return answers.timing
