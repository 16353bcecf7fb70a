"""Searching and listing the register over HTTP, on a large one."""

from dataclasses import dataclass
from itertools import cycle
from urllib.parse import urlencode, urlsplit

from tests.bench import load
from tests.bench.timing import Timing
from tests.journeys.world import World

CONNECTIONS = 2
ORGANISATION = "gss:E10000017"
SEARCHES: tuple[dict[str, str], ...] = (
    {},
    {"limit": "200"},
    {"party": ORGANISATION},
    {"party": "ods:RTX", "purpose": "statistics"},
    {"purpose": "child-safeguarding"},
    {"category": "housing", "status": "active"},
    {"status": "draft"},
    {"q": "homes"},
    {"q": "no agreement is called this"},
    {"cursor": "GEN-0050000"},
)
"""What officers look for: all, one body, one purpose, a word that many titles have, one that none has."""


@dataclass(frozen=True, slots=True)
class Searches:
    """The timing of each search, and of all of them in turn."""

    each: dict[str, Timing]
    together: Timing


def measure(world: World, *, seconds: float) -> Searches:
    """Search as an officer of a body that is party to many agreements."""
    token = world.officer(ORGANISATION, "ig_officer").session.token["access_token"]
    requests = {urlencode(search): _request(token, search) for search in SEARCHES}
    port = urlsplit(world.url).port or 80
    each = {name: _timing(port, [request], seconds / 5) for name, request in requests.items()}
    return Searches(each, _timing(port, list(requests.values()), seconds))


def _request(token: str, search: dict[str, str]) -> bytes:
    path = f"/api/v1/agreements?{urlencode(search)}"
    return load.request("GET", path, token=token, body=b"")


def _timing(port: int, requests: list[bytes], seconds: float) -> Timing:
    answers = load.send(port, cycle(requests), connections=CONNECTIONS, seconds=seconds)
    if set(answers.statuses) != {200}:
        raise RuntimeError(f"not every search was answered: {answers.statuses}")
    return answers.timing
