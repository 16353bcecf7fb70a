"""One write operation as the tests of the API see it, and the thing it is done to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from registry.callers import Caller
from registry.web.description import TAGGED
from tests.integration.http.world import Json, World
from tests.samples.agreements import LANCASHIRE


@dataclass(frozen=True)
class Thing:
    """Something in the register, as its last answer left it."""

    id: str
    etag: str
    hash: str
    version: int = 1


NOTHING = Thing("", "", "")


@dataclass(frozen=True)
class Deed:
    """One write operation. `wrong_stage` is one in which it is not allowed; None where none is."""

    route: str
    stage: str
    body: Callable[[World, Thing], Json] | None
    role: str = "ig_officer"
    organisation: str = LANCASHIRE
    second: bool = False
    wrong_stage: str | None = None
    match: str = "no"
    """Whether `If-Match` is not looked at, honoured when it is sent, or required: no, honoured, required."""

    lenient: bool = False
    """Whether every member of the body may be left out: a document only begun, a scope with a default."""

    beside: bool = False
    """Whether it leaves the thing itself as it is: a copy of it, a note about it."""

    @property
    def on_a_thing(self) -> bool:
        """Whether it is done to something that is there, rather than making it."""
        return "{" in self.route

    @property
    def on_a_tagged_thing(self) -> bool:
        """Whether it changes something that has an `ETag`."""
        return self.on_a_thing and self.path().startswith(TAGGED) and not self.beside

    @property
    def takes_nothing(self) -> bool:
        """Whether `{}` is a right body."""
        return self.body is None or self.lenient

    @property
    def method(self) -> str:
        return self.route.split()[0]

    def caller(self, world: World) -> Caller:
        return world.cast(self.organisation, self.role, second=self.second)

    def path(self, thing: Thing | None = None) -> str:
        path = self.route.split()[1]
        return path.replace("{ref}", thing.id).replace("{identifier}", thing.id) if thing else path

    def content(self, world: World, thing: Thing) -> Json:
        return self.body(world, thing) if self.body else {}

    def needs(self, thing: Thing) -> dict[str, str | None]:
        """The headers without which it is not looked at."""
        return {"if-match": thing.etag} if self.match == "required" else {}


def do(world: World, deed: Deed, thing: Thing, changes: Json | None = None) -> Thing:
    """Do a deed, which must succeed."""
    body = deed.content(world, thing)
    if changes:
        body = {"terms": body["terms"] | changes} if "terms" in body else body | changes
    answer = world.send(deed.method, deed.path(thing), deed.caller(world), body, headers=deed.needs(thing))
    assert answer.status_code in (200, 201), (deed.route, answer.text)
    said = answer.json()
    identifier = said.get("ref") or said.get("id") or said["digest"]
    return Thing(identifier, answer.headers.get("etag", ""), said.get("hash", ""), said.get("version", 1))


def says(**body: Any) -> Callable[[World, Thing], Json]:
    """A body that is the same for every thing."""
    return lambda world, thing: body
