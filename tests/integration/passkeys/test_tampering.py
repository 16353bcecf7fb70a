"""LOG acceptance 12: whoever changes what approvals rest on is found by `registry log verify`, and named.

Each change is made in a transaction that is looked at and then rolled back.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Executable, Table, delete, insert, update

from registry.assessments import actions as assessments
from registry.assessments.transitions import Kind
from registry.auditlog import Subject
from registry.auditlog.checking.tampering import find_tampering
from registry.db import new_id, table
from registry.housekeeping import LEDGERS
from registry.passkeys import queries
from registry.passkeys.actions import enrolling
from registry.passkeys.ceremonies import Deciding
from registry.passkeys.tables import ApprovalEvidence, OrganisationKeyRow, Passkey, RosterRow
from tests.auditlog_world import SIGNER
from tests.integration.auditlog.damage import without_guards
from tests.integration.passkeys.test_strength import APPROVE, advised, sign
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW
from tests.samples.desk import Desk
from tests.samples.passkeys import CEREMONY, Vouching, authenticator, signing, wired

EVIDENCE, KEY, ROSTER, PASSKEY = map(table, (ApprovalEvidence, OrganisationKeyRow, RosterRow, Passkey))
OTHER = "sha256:" + "0" * 64


class RolledBack(Exception):
    """What ends a transaction in a test."""


@dataclass(frozen=True)
class Told:
    """A signature and a decision by passkey, at these indices; and a passkey that was ended."""

    vouching: Vouching
    signature: int
    decision: int
    person: str
    ended: str


@pytest.fixture(scope="module")
def told(settled: Vouching) -> Told:
    desk, siro = Desk(settled.db, settled.cast), settled.cast(LANCASHIRE, "siro")
    settled.enrol(siro)
    settled.put_in_force(settled.next_roster(LANCASHIRE))
    made, signatory = desk.accepted(), settled.cast(LANCASHIRE, "signatory")
    signature = sign(settled, made, signatory, settled.assertion(signatory, signing(made))).log_index
    dpia = advised(desk)
    deciding = Deciding(Subject("dpia", dpia.id, 1, dpia.hash), "approve", "siro")
    decision = APPROVE.model_copy(update={"assertion": wired(settled.assertion(siro, deciding))})
    with settled.db.write() as tx:
        acting = replace(desk.acting(LANCASHIRE, "siro"), ceremony=CEREMONY)
        decided = assessments.decide(tx, Kind.DPIA, dpia.id, decision, acting=acting).log_index
    lost = settled.enrol(siro, authenticator())
    with settled.db.write() as tx:
        row = queries.list_passkeys(tx, LANCASHIRE)[-1]
        assert bytes(row.credential) == lost.credential
        enrolling.end(tx, row.id, acting=settled.acting(siro))
    return Told(settled, signature, decided, siro.acting_person, row.id)


def found(told: Told, change: Executable | None = None) -> set[str]:
    """What is found, and in which table."""
    names = set[str]()

    def look() -> None:
        with without_guards(told.vouching.db) as tx:
            if change is not None:
                tx.execute(change)
            report = find_tampering(tx, [SIGNER.key], ledgers=LEDGERS)
            names.update(f"{finding.code} {finding.place.split()[0]}" for finding in report.findings)
            raise RolledBack

    with pytest.raises(RolledBack):
        look()
    return names


def changing(target: Table, **values: object) -> Callable[[Told], Executable]:
    return lambda _told: update(target).values(**values)


def passkey_of_nobody(told: Told) -> Executable:
    return insert(PASSKEY).values(
        id=new_id(),
        person=told.person,
        organisation=LANCASHIRE,
        credential=b"x",
        credential_digest=OTHER,
        public_key=bytes(1),
        sign_count=0,
        synced=False,
        backed_up=False,
        aaguid="",
        enrolled_at=NOW,
        ended_at=None,
    )


TAMPERING: dict[str, tuple[Callable[[Told], Executable], set[str]]] = {
    "evidence": (changing(EVIDENCE, document=b"{}"), {"row-changed approval_evidence"}),
    "evidence of a signature that is gone": (
        lambda told: delete(EVIDENCE).where(EVIDENCE.c.log_index == told.signature),
        {"row-missing approval_evidence"},
    ),
    "evidence of a decision that is gone": (
        lambda told: delete(EVIDENCE).where(EVIDENCE.c.log_index == told.decision),
        {"row-missing approval_evidence"},
    ),
    "evidence where none is named": (
        lambda told: insert(EVIDENCE).values(
            log_index=told.signature - 1, organisation=LANCASHIRE, nonce="x", document=b"{}"
        ),
        {"row-foreign approval_evidence"},
    ),
    "a roster": (changing(ROSTER, document=b"{}"), {"row-changed roster"}),
    "a roster's digest": (changing(ROSTER, digest=OTHER), {"row-changed roster"}),
    "what signed a roster": (changing(ROSTER, evidence=b"{}"), {"row-changed roster"}),
    "a roster's body": (changing(ROSTER, organisation=BLACKPOOL), {"row-changed roster"}),
    "a roster that is gone": (lambda _told: delete(ROSTER), {"row-missing roster"}),
    "a body's key": (changing(KEY, document=b"{}"), {"row-changed organisation_key"}),
    "who countersigned a key": (changing(KEY, evidence=b"{}"), {"row-changed organisation_key"}),
    "a key's body": (changing(KEY, organisation=BLACKPOOL), {"row-changed organisation_key"}),
    "a key that counts no more": (changing(KEY, log_index=None), {"row-missing organisation_key"}),
    "a passkey's credential": (changing(PASSKEY, credential=b"x"), {"row-changed passkey"}),
    "a passkey's body": (changing(PASSKEY, organisation=BLACKPOOL), {"row-changed passkey"}),
    "a passkey's public key": (
        lambda _told: update(PASSKEY).values(public_key=authenticator().cose_key()),
        {"row-changed passkey"},
    ),
    "a public key that is none": (changing(PASSKEY, public_key=b"x"), {"row-changed passkey"}),
    "a synced passkey made one that is not": (changing(PASSKEY, synced=False), {"row-changed passkey"}),
    "a lost passkey that counts again": (changing(PASSKEY, ended_at=None), {"row-changed passkey"}),
    "a passkey that nobody enrolled": (passkey_of_nobody, {"row-foreign passkey"}),
}


def test_what_approvals_rest_on_is_sound(told: Told) -> None:
    assert found(told) == set()


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_with_what_approvals_rest_on_is_found(told: Told, what: str) -> None:
    change, findings = TAMPERING[what]
    assert found(told, change(told)) == findings
