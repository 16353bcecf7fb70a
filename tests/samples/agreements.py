"""A small registry for tests: two councils and a force, their people, and terms that pass every gate."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from registry import clock
from registry.auditlog import Event, Subject, append
from registry.callers import Caller
from registry.db import Database, Transaction, new_id, table
from registry.organisations.tables import Organisation, OrganisationAlias, Person, RoleHeld

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TODAY = clock.london_day(NOW)

LANCASHIRE = "gss:E10000017"
BLACKPOOL = "gss:E06000009"
POLICE = "police:lancashire"
TRUST = "ods:RTX"

BODIES = {
    LANCASHIRE: ("council", False, False),
    BLACKPOOL: ("council", False, False),
    POLICE: ("police", True, False),
    TRUST: ("nhs-trust", False, True),
}
ROLES = (
    "ig_officer",
    "dpo",
    "siro",
    "caldicott_guardian",
    "asset_owner",
    "signatory",
    "ethics_lead",
    "auditor",
    "operator",
    "admin",
)
SCOPES = frozenset(
    {"register:read", "register:write", "assess", "approve", "decisions:ask", "log:export", "admin"}
)


class SampleMade(Event):
    """The test bodies were registered."""

    type = "test.sample_made"


@dataclass(frozen=True)
class Cast:
    """The people of the sample: `cast(organisation, role)` acts with that role alone."""

    people: dict[tuple[str, str], str]

    def __call__(self, organisation: str, role: str, *, second: bool = False) -> Caller:
        person = self.people[organisation, role + ("-2" if second else "")]
        return Caller(organisation, person=person, client="officers", roles=frozenset({role}), scopes=SCOPES)


def furnish(db: Database) -> Cast:
    """Register the bodies of the sample and two people for every role."""
    people = {(body, role + suffix): new_id() for body in BODIES for role in ROLES for suffix in ("", "-2")}
    with db.write() as tx:
        for body, (kind, competent, care) in BODIES.items():
            tx.insert(
                Organisation,
                id=body,
                name_en=body,
                name_cy=body,
                kind=kind,
                nations="E",
                public_authority=True,
                competent_authority=competent,
                health_or_care=care,
                dpo_designated=True,
                ico_number="ZA000000",
                ig_contact="ig@body.test",
                duty_contact="duty@body.test",
                illustrative=True,
            )
            tx.insert(OrganisationAlias, alias=body, organisation=body)
        tx.insert(OrganisationAlias, alias="orgid:GB-LAE-LAN", organisation=LANCASHIRE)
        tx.execute(insert(table(Person)), [_person(*key, person) for key, person in people.items()])
        tx.execute(insert(table(RoleHeld)), [_role(*key, person) for key, person in people.items()])
        note_sample(tx)
    return Cast(people)


def _person(body: str, role: str, person: str) -> dict[str, Any]:
    name = f"{body}/{role}"
    return {
        "id": person,
        "username": name,
        "name": name,
        "email": "x@body.test",
        "password_hash": "",
        "demo": True,
    }


def _role(body: str, role: str, person: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "person": person,
        "organisation": body,
        "role": role.removesuffix("-2"),
        "granted_at": NOW - timedelta(days=900),
        "ended_at": None,
    }


def note_sample(tx: Transaction) -> None:
    """Put in the log that the sample was made or changed."""
    append(
        tx, SampleMade(at=NOW - timedelta(days=900), org="", actor=None, subject=Subject("test", "sample"))
    )


def terms(**changes: Any) -> dict[str, Any]:
    """Terms between two councils that need no assessment: aggregate figures about tenants."""
    document: dict[str, Any] = {
        "schema": "terms/1",
        "title": {"en": "Empty homes figures", "cy": "Ffigurau cartrefi gwag"},
        "kind": "dda",
        "parent": None,
        "publication": "full",
        "marking": "OFFICIAL",
        "jurisdictions": ["E"],
        "starts_on": TODAY.isoformat(),
        "expires_on": (TODAY + timedelta(days=700)).isoformat(),
        "review_on": (TODAY + timedelta(days=350)).isoformat(),
        "summary": {"en": "Counts of empty homes.", "cy": "Cyfrifon o gartrefi gwag."},
        "parties": [
            {"organisation": LANCASHIRE, "roles": ["controller"]},
            {"organisation": BLACKPOOL, "roles": ["controller"]},
        ],
        "items": [
            {
                "id": "i1",
                "code": "empty-homes-count",
                "category": "housing",
                "necessity": "Needed to plan.",
                "identifiability": "aggregate",
                "special": False,
                "criminal": False,
                "patient_information": False,
                "cell_size": 5,
            }
        ],
        "flows": [flow()],
        "rights": {"subject_access": "Each body answers.", "complaints": "complaints@body.test"},
        "assessments": {"equality": "Paper 4", "algorithmic_transparency": "Record 12"},
        "governance": {"exit": "Destroyed within a month.", "notice_period": "P3M"},
    }
    return deepcopy(document | changes)


def flow(**changes: Any) -> dict[str, Any]:
    """A flow of figures from Lancashire to Blackpool."""
    return deepcopy(
        {
            "id": "f1",
            "from": LANCASHIRE,
            "to": BLACKPOOL,
            "actions": ["receive"],
            "items": ["i1"],
            "purposes": ["statistics"],
            "subject_groups": ["tenant"],
            "volume": "bulk",
            "methods": ["api-mtls"],
            "frequency": "monthly",
            "protective": False,
            "automation": "none",
            "biometrics": "none",
            "bases": [basis(LANCASHIRE), basis(BLACKPOOL)],
            "gateways": ["LA11-1"],
            "retention": {"period": "P1Y", "trigger": "receipt"},
            "obligations": [{"code": "no-onward", "params": {}}],
        }
        | changes
    )


def basis(party: str, **changes: Any) -> dict[str, Any]:
    """A public task basis."""
    return {
        "party": party,
        "regime": "uk-gdpr",
        "art6": "e",
        "domestic_basis": "Localism Act 2011 s.1",
    } | changes


def triangle(**changes: Any) -> dict[str, Any]:
    """What makes the sample an agreement of three: figures go round from council to council to force."""
    legs = {"f1": (LANCASHIRE, BLACKPOOL), "f2": (BLACKPOOL, POLICE), "f3": (POLICE, LANCASHIRE)}
    return {
        "parties": [
            {"organisation": body, "roles": ["controller"]} for body in (LANCASHIRE, BLACKPOOL, POLICE)
        ],
        "flows": [
            flow(
                **{"id": leg, "from": holder, "to": recipient, "bases": [basis(holder), basis(recipient)]}
                | changes
            )
            for leg, (holder, recipient) in legs.items()
        ],
    }


def item(**changes: Any) -> dict[str, Any]:
    """An item of figures."""
    items: list[dict[str, Any]] = terms()["items"]
    return items[0] | changes
