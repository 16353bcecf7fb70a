"""New colleagues: someone admitted for one journey alone, and what a body's own people do for them."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.journeys.world import Json, Officer, World

ADMINISTERS = "register:read admin"
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Colleague:
    """A person who was admitted; `sign_in` gives the roles they have at that moment."""

    world: World
    id: str
    username: str

    def sign_in(self, organisation: str | None = None) -> Officer:
        person = {"username": self.username, "password": PASSWORD}
        return Officer.sign_in(self.world, person, organisation=organisation)


def administrator(world: World, organisation: str) -> Officer:
    """The administrator of an organisation, signed in to administer."""
    return world.officer(organisation, "admin", scope=ADMINISTERS)


def admitted(world: World, organisation: str, *roles: str) -> Colleague:
    """A new colleague with roles that do not approve."""
    admin, username = administrator(world, organisation), f"n{uuid4().hex}"
    wanted = {"username": username, "name": "New", "email": f"{username}@new.test", "password": PASSWORD}
    colleague = Colleague(world, admin.do("/people", wanted)["id"], username)
    for role in roles:
        assert give_role(admin, colleague, role)["pending"] is None
    return colleague


def give_role(giver: Officer, colleague: Colleague, role: str) -> Json:
    return giver.do(f"/people/{colleague.id}/roles", {"role": role})


def grant_by_two(world: World, organisation: str, colleague: Colleague, role: str) -> None:
    """Let the administrator ask for a role that approves, and the risk owner complete it."""
    assert give_role(administrator(world, organisation), colleague, role)["pending"] == "second-person"
    assert give_role(world.officer(organisation, "siro"), colleague, role)["pending"] is None


def figures(world: World, *, kind: str = "isp", **names: str) -> Json:
    """Terms that need no assessment, between the county and the trust or those who stand in for them."""
    terms: Json = deepcopy(world.demo["terms_example"]) | {"kind": kind}
    terms.pop("salt", None)
    stand_ins = {"gss:E10000017": names.get("council", ""), "ods:RTX": names.get("trust", "")}
    renamed: Json = _renamed(terms, stand_ins)
    return renamed


def ready_to_sign(world: World, terms: Json, organisation: str) -> Json:
    """The version, after one officer has written it and another has reviewed it."""
    author = world.officer(organisation, "ig_officer")
    ref = author.do("/agreements", {"terms": terms})["ref"]
    author.do(f"/agreements/{ref}/submit")
    reviewer = world.officer(organisation, "ig_officer", other_than=author)
    reviewer.do(f"/agreements/{ref}/qa-review", {"outcome": "accept", "comments": []})
    return author.get(f"/agreements/{ref}")


def signature(version: Json, organisation: str) -> Json:
    return {
        "organisation": organisation,
        "role": "signatory",
        "version": version["version"],
        "hash": version["hash"],
        "decision": "sign",
    }


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(key) or key: _renamed(child, names) for key, child in value.items()}
    if isinstance(value, list):
        return [_renamed(child, names) for child in value]
    return (names.get(value) or value) if isinstance(value, str) else value
