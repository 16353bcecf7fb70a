"""The fixture of the AuthZEN certification scenario as a tenant of its own, for tests of conformance.

It knows two users, two records and three actions, and nothing of the register: its decisions come from
`policies/conformance` alone. It is off unless the operator switches it on, and then runs on loopback only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Self

from cedarpy import PolicySet

from registry.callers import Caller
from registry.decisions.desk import Asked
from registry.decisions.searches.searching import Found, Searched
from registry.decisions.wire.entities import Entity, read_entity
from registry.decisions.words.rendering import encode
from registry.errors import NotFound
from registry.policy import cedar
from registry.policy.cedar import FactSchema, Thing, Verdict
from registry.settings import Settings
from registry.yamlfiles import read_yaml

Json = Mapping[str, Any]
Known = Mapping[str, Mapping[str, str]]
"""Names, each with the properties that the fixture gives it."""

USER, RECORD = "user", "record"


class ConformanceNotOnLoopback(Exception):
    """The conformance tenant is switched on, and the address is not loopback."""


def check_conformance_is_private(settings: Settings, *, is_loopback: bool) -> None:
    """Refuse to start where others could take the fixture's answers for the register's.

    Raises:
        ConformanceNotOnLoopback: see there.
    """
    if settings.conformance_tenant and not is_loopback:
        raise ConformanceNotOnLoopback("the conformance tenant is on: serve it on loopback only")


class Triple(NamedTuple):
    """Who would do what with what."""

    subject: Entity
    action: Entity
    resource: Entity


class Fixture:
    """Answers questions and searches of the certification scenario, as a desk and as a finder."""

    def __init__(self, policies: PolicySet, schema: FactSchema, known: Mapping[str, Any]) -> None:
        self._policies, self._schema = policies, schema
        self._users: Known = known["users"]
        self._records: Known = known["records"]
        self._actions: Sequence[str] = known["actions"]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `policies/conformance`.

        Raises:
            BadPolicyFile: a file does not parse, lacks an `@id`, or does not fit the schema.
        """
        schema = cedar.read_schema(folder)
        policies = cedar.policy_set(cedar.read_policies(folder, schema))
        return cls(policies, schema, read_yaml(folder / "fixture.yaml"))

    def evaluate(self, asked: Asked, caller: Caller) -> tuple[bool, bytes]:
        """Whether it is permitted, and the policies that permit it.

        Raises:
            BadQuestion: a member is missing or of the wrong type.
        """
        verdict = self._judge(_read(asked.body))
        return verdict.allowed, encode({"policies": sorted(verdict.reasons)})

    def repeat(self, text: bytes, caller: Caller, now: datetime) -> None:
        """Nothing: the fixture remembers no answers."""

    def repeater(self, caller: Caller, now: datetime) -> Callable[[bytes], None]:
        """Finds nothing, as `repeat`."""
        return lambda _text: None

    def recall(self, text: bytes, now: datetime) -> None:
        """Nothing: the fixture remembers no questions."""

    def advise(self, asked: Asked, caller: Caller) -> bytes:
        """Never an answer: the scenario knows no advice.

        Raises:
            NotFound: always.
        """
        raise NotFound

    def find(self, searched: Searched, asked: Json, caller: Caller, now: datetime) -> Found:
        """Everything of a kind that is permitted.

        Raises:
            BadQuestion: a member is missing or of the wrong type.
        """
        wanted = _read(asked, searched)
        found = [entity for entity in self._candidates(searched, wanted) if self._judge(entity).allowed]
        return Found([_result(searched, triple) for triple in found], {})

    def _candidates(self, searched: Searched, wanted: Triple) -> Iterator[Triple]:
        if searched is Searched.ACTION:
            yield from (wanted._replace(action=Entity("", name, {})) for name in self._actions)
        elif searched is Searched.SUBJECT:
            yield from (wanted._replace(subject=wanted.subject._replace(id=name)) for name in self._users)
        else:
            yield from (wanted._replace(resource=wanted.resource._replace(id=name)) for name in self._records)

    def _judge(self, asked: Triple) -> Verdict:
        subject, action, resource = asked
        is_known = (
            (subject.type, resource.type) == (USER, RECORD)
            and subject.id in self._users
            and resource.id in self._records
            and action.id in self._actions
        )
        if not is_known:
            return Verdict(allowed=False)
        role = _property(subject, "role", self._users)
        status = _property(resource, "status", self._records)
        return cedar.ask(
            self._policies,
            self._schema,
            principal=Thing("User", {"name": subject.id, "role": role}),
            action=action.id,
            resource=Thing("Record", {"name": resource.id, "status": status}),
            context={"soft": action.properties.get("soft") is True},
        )


def _read(asked: Json, searched: Searched | None = None) -> Triple:
    return Triple(
        read_entity(asked, "subject", is_searched=searched is Searched.SUBJECT),
        Entity("", "", {}) if searched is Searched.ACTION else read_entity(asked, "action"),
        read_entity(asked, "resource", is_searched=searched is Searched.RESOURCE),
    )


def _property(entity: Entity, name: str, known: Known) -> str:
    """A property as the request says it, else as the fixture has it."""
    said = entity.properties.get(name, known[entity.id].get(name, ""))
    return said if isinstance(said, str) else ""


def _result(searched: Searched, found: Triple) -> Json:
    if searched is Searched.ACTION:
        return {"name": found.action.id}
    entity = found.subject if searched is Searched.SUBJECT else found.resource
    return {"type": entity.type, "id": entity.id}
