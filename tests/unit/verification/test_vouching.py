"""Which keys and rosters count for an approval: those in force, that partners in the log vouch for."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.tlog.faults import Unproved
from registry.verification.commitments import write_base64url
from registry.verification.dsse import KEY, ROSTER, Envelope
from registry.verification.logged import Counted, Recorded
from registry.verification.rosters import OrganisationKey, Roster
from registry.verification.spelling import digest, write_json
from registry.verification.statements import Site
from registry.verification.vouching import KEY_EVIDENCE_SCHEMA, ROSTER_EVIDENCE_SCHEMA, Vouching
from tests.auditlog_world import SIGNER

A, B, C = "gss:A", "gss:B", "gss:C"
SITE = Site("registry.test", frozenset({"https://registry.test"}))


class Pair:
    """A private key of an organisation, and the document of its public key."""

    def __init__(self, organisation: str) -> None:
        self.private = Ed25519PrivateKey.generate()
        public = self.private.public_key().public_bytes_raw()
        salt = write_base64url(bytes(16))
        self.key = OrganisationKey(
            log=SIGNER.name, organisation=organisation, domain="x.test", public_key=public, salt=salt
        )

    @property
    def digest(self) -> str:
        return digest(self.key.octets())

    def registered(self, index: int, *partners: "Pair") -> Recorded:
        """It counts from an index on, with the countersignatures of partners."""
        document = self.key.octets()
        signed = [
            {
                "key": partner.key.octets().decode(),
                "envelope": Envelope.sign(KEY, document, partner.private).members(),
            }
            for partner in partners
        ]
        evidence = {"schema": KEY_EVIDENCE_SCHEMA, "countersignatures": signed}
        return recorded("organisation_key.registered", index, document, evidence)

    def roster(self, index: int, version: int = 1) -> Recorded:
        """A roster that it signed."""
        document = Roster(
            log=SIGNER.name, organisation=self.key.organisation, version=version, salt="AA", credentials=()
        ).octets()
        envelope = Envelope.sign(ROSTER, document, self.private).members()
        evidence = {"schema": ROSTER_EVIDENCE_SCHEMA, "envelope": envelope, "key": self.digest}
        return recorded("roster.signed", index, document, evidence)


def recorded(kind: str, index: int, document: bytes, evidence: dict[str, Any]) -> Recorded:
    octets = write_json(evidence)
    subject = {"digest": digest(document)}
    entry = {"type": kind, "subject": subject, "evidence": digest(octets), "at": "2026-01-01T00:00:00Z"}
    return Recorded(Counted(index, entry), document, octets)


def ring(a: Pair, b: Pair, c: Pair) -> list[Recorded]:
    """First keys, which countersigned each other."""
    return [a.registered(1, b, c), b.registered(2, a, c), c.registered(3, a, b)]


def vouching(*keys: Recorded, rosters: tuple[Recorded, ...] = ()) -> Vouching:
    return Vouching(rosters, keys, log=(SIGNER.key,), site=SITE)


def test_partners_whose_keys_the_log_does_not_know_vouch_for_nothing() -> None:
    """LOG B9b: whoever runs the registry can make three keys, and call two of them those of partners."""
    own, invented = Pair(A), (Pair(B), Pair(C))
    forged = own.registered(1, *invented)
    with pytest.raises(Unproved, match="countersigned"):
        vouching(forged).key(A, own.digest, 10)
    with pytest.raises(Unproved, match="countersigned"):
        vouching(forged, *ring(Pair("gss:X"), Pair(B), Pair(C))[1:]).key(A, own.digest, 10)


def test_first_keys_that_countersigned_each_other_are_told_from_others() -> None:
    """LOG B9b."""
    a, b, c, reset = Pair(A), Pair(B), Pair(C), Pair(A)
    keys = [*ring(a, b, c), reset.registered(20, b, c)]
    assert vouching(*keys).key(A, a.digest, 10) == (a.key, True)
    assert vouching(*keys).key(A, reset.digest, 30) == (reset.key, False)


def test_a_fresh_key_of_a_partner_that_has_one_in_force_countersigns_nothing() -> None:
    """LOG B9b: nobody's second person, domain or seven days stand behind it."""
    a, b, c, reset, fresh = Pair(A), Pair(B), Pair(C), Pair(A), Pair(B)
    keys = [*ring(a, b, c), reset.registered(20, fresh, c), fresh.registered(25, a, c)]
    with pytest.raises(Unproved, match="countersigned"):
        vouching(*keys).key(A, reset.digest, 30)


def test_a_replaced_key_signs_nothing_any_more() -> None:
    """LOG B9b: after a reset because of theft, the thief's signatures with the old key are worth nothing."""
    a, b, c, reset = Pair(A), Pair(B), Pair(C), Pair(A)
    keys = [*ring(a, b, c), reset.registered(20, b, c)]
    early, late = a.roster(10), a.roster(30, version=2)
    both = vouching(*keys, rosters=(early, late))
    assert both.roster(A, digest(early.document), 15)
    assert both.key(A, a.digest, 20) == (a.key, True)
    with pytest.raises(Unproved, match="in force"):
        both.key(A, a.digest, 21)
    with pytest.raises(Unproved, match="in force"):
        both.roster(A, digest(late.document), 31)


def test_a_replaced_roster_vouches_for_nobody_any_more() -> None:
    a, b, c = Pair(A), Pair(B), Pair(C)
    old, new = a.roster(10), a.roster(12, version=2)
    with pytest.raises(Unproved, match="no roster was in force"):
        vouching(*ring(a, b, c), rosters=(old, new)).roster(A, digest(old.document), 20)
