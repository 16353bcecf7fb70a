"""LOG acceptance 12: whoever gives themselves a role or a delegation in the database is found, and named.

Each change is made in a transaction that is looked at and then rolled back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Executable, delete, insert, select, update

from registry.auditlog.tampering import find_tampering
from registry.callers import SYSTEM
from registry.db import Database, new_id, table
from registry.organisations.actions import Acting, delegate, end, end_role, grant_role, leave
from registry.organisations.ledger import LEDGERS
from registry.organisations.schemas import DelegationIn
from registry.organisations.tables import Delegation, RoleHeld
from tests.auditlog_world import SIGNER
from tests.integration.auditlog.damage import without_guards
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, TODAY, furnish, note_sample
from tests.samples.assessments import POLICIES

HELD, DELEGATION = map(table, (RoleHeld, Delegation))
EARLIER = NOW - timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """Holdings and delegations by what became of them, and the person who has them all."""

    db: Database
    person: str
    ids: dict[str, str]


@pytest.fixture
def told(database: Database) -> Told:
    """The auditor of Blackpool holds a role at Lancashire, held another, and left the police."""
    cast = furnish(database)
    person, holder = cast(BLACKPOOL, "auditor").acting_person, cast(LANCASHIRE, "signatory")
    leaver = cast(LANCASHIRE, "asset_owner", second=True).acting_person
    ids = {}
    with database.write() as tx:
        tx.execute(delete(HELD).where(HELD.c.person == leaver))
        note_sample(tx)
    with database.write() as tx:
        for name, whose in (("ended", person), ("left", leaver)):
            given = {"person": whose, "organisation": LANCASHIRE, "role": "ethics_lead"}
            ids[name] = grant_role(tx, **given, caller=SYSTEM, now=NOW).id
        end_role(tx, person=person, organisation=LANCASHIRE, role="ethics_lead", caller=SYSTEM, now=NOW)
        given = {"person": person, "organisation": LANCASHIRE, "role": "asset_owner"}
        ids["held"] = grant_role(tx, **given, caller=SYSTEM, now=NOW).id
    acting = Acting(caller=holder, now=NOW, policies=POLICIES)
    lent = DelegationIn(
        role="signatory", kinds=[], max_risk="low", starts_on=TODAY, ends_on=TODAY + timedelta(days=1)
    )
    with database.write() as tx:
        admin = Acting(caller=cast(LANCASHIRE, "admin"), now=NOW, policies=POLICIES)
        leave(tx, leaver, hand_over_to=None, acting=admin)
        for name in ("lent", "returned"):
            ids[name] = delegate(tx, person, lent, acting=acting).id
            if name == "returned":
                end(tx, ids[name], acting=acting)
    return Told(database, person, ids)


class RolledBack(Exception):
    """What ends a transaction in a test."""


def found(told: Told, change: Executable | None = None) -> set[tuple[str, str]]:
    """What is found; the sample's people hold their other roles without an entry."""
    places = set[tuple[str, str]]()

    def look() -> None:
        with without_guards(told.db) as tx:
            sample = {f"role_held {row.id}" for row in tx.all(select(HELD.c.id))}
            if change is not None:
                tx.execute(change)
            report = find_tampering(tx, [SIGNER.key], ledgers=LEDGERS)
            known = {f"role_held {identifier}" for identifier in told.ids.values()}
            places.update((one.code, one.place) for one in report.findings if one.place not in sample - known)
            raise RolledBack

    with pytest.raises(RolledBack):
        look()
    return places


def changing(name: str, **values: object) -> Callable[[Told], Executable]:
    def change(told: Told) -> Executable:
        target = DELEGATION if name in ("lent", "returned") else HELD
        return update(target).where(target.c.id == told.ids[name]).values(**values)

    return change


TAMPERING: dict[str, tuple[Callable[[Told], Executable], str]] = {
    "another role": (changing("held", role="signatory"), "held"),
    "the role at another body": (changing("held", organisation=BLACKPOOL), "held"),
    "a role that begins early": (changing("held", granted_at=EARLIER), "held"),
    "a role that ended": (changing("ended", ended_at=None), "ended"),
    "the role of somebody who left": (changing("left", ended_at=None), "left"),
    "a delegation of another role": (changing("lent", role="siro"), "lent"),
    "a delegation at higher risk": (changing("lent", max_risk="high"), "lent"),
    "a delegation for longer": (changing("lent", ends_on=TODAY + timedelta(days=300)), "lent"),
    "the document of a delegation": (changing("lent", document=b"{}"), "lent"),
    "a delegation that ended": (changing("returned", ended_at=None), "returned"),
}


def test_roles_and_delegations_that_were_given_are_sound(told: Told) -> None:
    assert found(told) == set()


def test_tampering_with_roles_and_delegations_is_found(told: Told) -> None:
    for what, (change, name) in TAMPERING.items():
        kind = "delegation" if name in ("lent", "returned") else "role_held"
        assert found(told, change(told)) == {("row-changed", f"{kind} {told.ids[name]}")}, what


def test_a_role_and_a_delegation_that_nobody_gave_are_found(told: Told) -> None:
    own = new_id()
    role = insert(HELD).values(
        id=own, person=told.person, organisation=LANCASHIRE, role="siro", granted_at=NOW, ended_at=None
    )
    assert found(told, role) == {("row-foreign", f"role_held {own}")}
    columns = [column for column in DELEGATION.c if column.name != "id"]
    lent = select(DELEGATION).where(DELEGATION.c.id == told.ids["lent"]).subquery()
    copied = select(*(lent.c[column.name] for column in columns))
    with told.db.read() as reading:
        values = dict(reading.all(copied)[0]._mapping)
    delegation = insert(DELEGATION).values(id=own, **values)
    assert found(told, delegation) == {("row-foreign", f"delegation {own}")}
