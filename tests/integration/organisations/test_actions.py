"""Registering organisations, people, roles and clients: rows and log entries together, on both engines."""

from datetime import timedelta

import pytest

from registry.auditlog import read_events
from registry.callers import SYSTEM, Caller
from registry.db import Database
from registry.errors import Refusal
from registry.oauth.actions import check_demo_is_private, register_client, revoke_client
from registry.oauth.queries import find_client, list_revoked
from registry.oauth.rules import ClientTaken, DemoNotOnLoopback, UnknownClient
from registry.organisations import actions, queries
from registry.organisations.rules import (
    IdentifierTaken,
    NotAnAdministrator,
    RoleAlreadyHeld,
    RoleNotHeld,
    UnknownOrganisation,
    UnknownPerson,
    UsernameTaken,
)
from registry.organisations.schemas import NewPerson
from tests.oauth_world import COUNCIL, NOW, TRUST, partner

OLWEN = NewPerson(username="olwen", name="Olwen Evans", email="olwen@lancashire.test", password_hash="h")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def olwen(database: Database) -> str:
    """The row id of a person, in a register with one organisation."""
    with database.write() as tx:
        actions.register_organisation(tx, COUNCIL, caller=SYSTEM, now=NOW)
        return actions.register_person(tx, OLWEN, caller=SYSTEM, now=NOW).id


def test_any_identifier_finds_the_primary_one(database: Database, olwen: str) -> None:
    with database.read() as reading:
        assert queries.get_primary(reading, "orgid:GB-LAE-LAN") == "gss:E10000017"
        assert queries.get_primary(reading, "gss:E10000017") == "gss:E10000017"
        assert queries.find_primary(reading, "ods:RTX") is None
        assert queries.find_primary(reading, "nul\0") is None
        assert queries.list_primaries(reading) == {
            "gss:E10000017": "gss:E10000017",
            "orgid:GB-LAE-LAN": "gss:E10000017",
        }


@pytest.mark.parametrize("changes", [{}, {"id": "gss:E06000009"}, {"id": "ods:RTX", "aliases": ["ods:RTX"]}])
def test_one_identifier_names_one_organisation(
    database: Database, olwen: str, changes: dict[str, object]
) -> None:
    with pytest.raises(IdentifierTaken), database.write() as tx:
        actions.register_organisation(tx, COUNCIL.model_copy(update=changes), caller=SYSTEM, now=NOW)


def test_roles_are_those_held_at_the_instant(database: Database, olwen: str) -> None:
    with database.write() as tx:
        actions.register_organisation(tx, TRUST, caller=SYSTEM, now=NOW)
        for organisation, role in (("ods:RTX", "dpo"), ("orgid:GB-LAE-LAN", "siro")):
            actions.grant_role(
                tx, person=olwen, organisation=organisation, role=role, caller=SYSTEM, now=LATER
            )
        assert queries.current_roles(tx, olwen, "ods:RTX", NOW) == frozenset()
        assert queries.current_roles(tx, olwen, "gss:E10000017", LATER) == {"siro"}
        assert queries.list_organisations_of(tx, olwen, LATER) == ["ods:RTX", "gss:E10000017"]
        ended = LATER + timedelta(hours=1)
        actions.end_role(tx, person=olwen, organisation="ods:RTX", role="dpo", caller=SYSTEM, now=ended)
        assert queries.current_roles(tx, olwen, "ods:RTX", ended) == frozenset()
        assert queries.current_roles(tx, olwen, "ods:RTX", LATER) == {"dpo"}
        assert queries.list_organisations_of(tx, olwen, ended) == ["gss:E10000017"]


def test_role_is_held_once_and_ends_once(database: Database, olwen: str) -> None:
    held = {"person": olwen, "organisation": "gss:E10000017", "role": "dpo", "caller": SYSTEM, "now": NOW}
    with database.write() as tx:
        actions.grant_role(tx, **held)  # type: ignore[arg-type]
    with pytest.raises(RoleAlreadyHeld), database.write() as tx:
        actions.grant_role(tx, **held)  # type: ignore[arg-type]
    with database.write() as tx:
        actions.end_role(tx, **held | {"now": LATER})  # type: ignore[arg-type]
    with pytest.raises(RoleNotHeld), database.write() as tx:
        actions.end_role(tx, **held | {"now": LATER})  # type: ignore[arg-type]


def test_log_says_what_happened_and_names_nobody(database: Database, olwen: str) -> None:
    with database.write() as tx:
        actions.grant_role(tx, person=olwen, organisation="gss:E10000017", role="dpo", caller=SYSTEM, now=NOW)
        register_client(tx, partner(), caller=SYSTEM, now=NOW)
        revoke_client(tx, "lancashire-mash", caller=SYSTEM, now=LATER)
        events = read_events(tx, 0)
    assert [event.type for event in events] == [
        "organisation.registered",
        "person.registered",
        "role.granted",
        "client.registered",
        "client.revoked",
    ]
    assert events[2].members["role"] == "dpo"
    assert events[2].members["party"] == "gss:E10000017"
    assert "olwen" not in str(events).lower()


def test_strangers_register_nothing(database: Database, olwen: str) -> None:
    officer = Caller(organisation="gss:E10000017", person=olwen, roles=frozenset({"ig_officer"}))
    with database.write() as tx:
        with pytest.raises(NotAnAdministrator):
            actions.register_organisation(tx, TRUST, caller=officer, now=NOW)
        with pytest.raises(NotAnAdministrator):
            actions.register_person(tx, OLWEN, caller=officer, now=NOW)
        with pytest.raises(NotAnAdministrator):
            register_client(tx, partner(), caller=officer, now=NOW)
        with pytest.raises(NotAnAdministrator):
            revoke_client(tx, "lancashire-mash", caller=officer, now=NOW)


def test_rows_that_are_not_there_are_refused(database: Database, olwen: str) -> None:
    def refused(kind: type[Refusal], person: str, organisation: str) -> None:
        with pytest.raises(kind), database.write() as tx:
            actions.grant_role(
                tx, person=person, organisation=organisation, role="dpo", caller=SYSTEM, now=NOW
            )

    refused(UnknownPerson, "nobody", "gss:E10000017")
    refused(UnknownOrganisation, olwen, "ods:RTX")
    with pytest.raises(UsernameTaken), database.write() as tx:
        actions.register_person(tx, OLWEN, caller=SYSTEM, now=NOW)


def test_client_identifier_is_given_once_for_all(database: Database, olwen: str) -> None:
    with database.write() as tx:
        register_client(tx, partner(), caller=SYSTEM, now=NOW)
        revoke_client(tx, "lancashire-mash", caller=SYSTEM, now=LATER)
        assert find_client(tx, "lancashire-mash") is None
        assert list_revoked(tx) == {"lancashire-mash"}
    with pytest.raises(ClientTaken), database.write() as tx:
        register_client(tx, partner(), caller=SYSTEM, now=LATER)
    with pytest.raises(UnknownClient), database.write() as tx:
        revoke_client(tx, "lancashire-mash", caller=SYSTEM, now=LATER)


def test_demo_secrets_are_served_on_loopback_only(database: Database, olwen: str) -> None:
    with database.write() as tx:
        check_demo_is_private(tx, is_loopback=False)
        register_client(tx, partner(demo=True), caller=SYSTEM, now=NOW)
        check_demo_is_private(tx, is_loopback=True)
        with pytest.raises(DemoNotOnLoopback):
            check_demo_is_private(tx, is_loopback=False)
        revoke_client(tx, "lancashire-mash", caller=SYSTEM, now=LATER)
        check_demo_is_private(tx, is_loopback=False)
