"""Every route, asked by everyone there is: exactly those may do it who should (CONTRACT, DOMAIN 3.6)."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from registry.callers import Caller
from tests.integration.http.deed import NOTHING
from tests.integration.http.deeds import BY_ROUTE, fresh, stage
from tests.integration.http.rights import LOOKED_AT, OPEN, RIGHTS, Right
from tests.integration.http.routes import ASKED_WITH, FILES, QUESTIONS, in_front, listed
from tests.integration.http.world import Json, World, partner
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, ROLES, SCOPES, TRUST

# Who may do what does not depend on the database.
pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)

QUESTION: Json = {
    "subject": {"type": "organisation", "id": BLACKPOOL},
    "action": {"name": "receive"},
    "resource": {"type": "data_holding", "id": f"{LANCASHIRE}~housing"},
    "context": {"purpose": "statistics", "subject_group": "tenant", "volume": "bulk"},
}
PLACES = {LANCASHIRE: "own", BLACKPOOL: "party", TRUST: "stranger"}
MAY = "may"


@dataclass(frozen=True)
class Asker:
    """Someone who asks, and what they should be answered."""

    name: str
    caller: Caller | None
    expected: int | str


def askers(world: World, right: Right) -> Iterator[Asker]:
    """Nobody, each role alone at each organisation, a partner system with each scope, one that advises."""
    yield Asker("nobody", None, 401)
    for organisation, place in PLACES.items():
        for role in ROLES:
            denied = right.denied_at(place)
            may = role in getattr(right, place)
            yield Asker(f"{role} at {place}", world.cast(organisation, role), MAY if may else denied)
    for scope in sorted(SCOPES):
        may = scope in right.scopes
        yield Asker(f"system with {scope}", partner(LANCASHIRE, scope), MAY if may else right.hidden)
    asks_for_people = partner(LANCASHIRE, "decisions:ask", mode="advise")
    yield Asker("system that advises", asks_for_people, MAY if right.advises else right.hidden)


def answer_to(world: World, route: str, caller: Caller | None) -> int | str:
    method, path = route.split()
    deed, right = BY_ROUTE.get(route), RIGHTS[route]
    thing = stage(world, right.stage)
    body = QUESTION if route in in_front() else QUESTIONS.get(route)
    if route in FILES:
        body = {}
    if deed:
        body = deed.content(world, fresh(world, deed.stage) if thing is NOTHING else thing)
        path = deed.path(thing)
    path = path.replace("{ref}", thing.id).replace("{number}", "1").replace("{index}", "0")
    path = path.replace("{identifier}", thing.id or LANCASHIRE)
    path = path.replace("{digest}", thing.id).replace("{coordinates}", "0/000")
    path = path.replace("{form}", "terms.json").replace("{name}", "ropa.csv")
    headers: dict[str, str | None] = {"if-match": "*"} if method == "PUT" else {}
    asked = path + ASKED_WITH.get(route, "")
    status = world.send(method, asked, caller, body, headers=headers).status_code
    assert status < 500
    return status if status in (401, 403, 404) else MAY


def test_every_route_is_in_a_table(world: World) -> None:
    assert RIGHTS.keys() | OPEN.keys() == listed(world.app) | in_front()
    assert not RIGHTS.keys() & OPEN.keys()


@pytest.mark.parametrize("route", RIGHTS)
def test_those_who_should_may_and_nobody_else(world: World, route: str) -> None:
    everyone = list(askers(world, RIGHTS[route]))
    answers = {asker.name: answer_to(world, route, asker.caller) for asker in everyone}
    assert answers == {asker.name: asker.expected for asker in everyone}


@pytest.mark.parametrize(("route", "status"), OPEN.items())
def test_what_is_open_is_the_same_for_everyone(world: World, route: str, status: int) -> None:
    method, path = route.split()
    path = path.replace("{index}", "0").replace("{size}", "0").replace("{path}", "x")
    callers = (None, world.cast(LANCASHIRE, "auditor"), partner(TRUST, "log:export"))
    assert {world.send(method, path, caller).status_code for caller in callers} == {status}
    refused = world.send(method, path, headers={"authorization": "Bearer x"})
    assert refused.status_code == (401 if route in LOOKED_AT else status)
