"""Organisations that vouch for their people, passkeys in software, and a log that auditors can check."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Row

from registry.agreements.actions.change import Changed
from registry.auditlog import Subject, history
from registry.auditlog import queries as log_queries
from registry.callers import Caller
from registry.db import Database, Reading
from registry.demo.authenticator import SoftwareAuthenticator
from registry.organisations.actions import Acting
from registry.passkeys import queries
from registry.passkeys.actions import enrolling, keys, rostering
from registry.passkeys.ceremonies import Ceremony, Deciding
from registry.passkeys.schemas import AssertionIn, CountersignIn, EnrolmentIn, KeyIn, RosterIn
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.proof import Proof
from registry.tlog.tile import subtree_reader
from registry.tlog.tree import Frontier, inclusion_path, leaf_hash
from registry.verification.approvals import ApprovalCase
from registry.verification.commitments import write_base64url
from registry.verification.dsse import KEY, ROSTER, Envelope
from registry.verification.logged import GIVEN, Lent, Logged, LogKeys, Recorded
from registry.verification.openings import Opening
from registry.verification.rosters import Roster
from registry.verification.spelling import digest, read_json
from registry.verification.statements import Site, Statement
from tests.auditlog_world import SIGNER
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, Cast
from tests.samples.assessments import POLICIES

SITE = "https://registry.test"
CEREMONY = Ceremony.at(SITE, log=SIGNER.name, secret=b"a secret of the test")
LOG: LogKeys = (SIGNER.key,)
PARTNERS = (LANCASHIRE, BLACKPOOL, POLICE)


def authenticator(**changes: Any) -> SoftwareAuthenticator:
    """A new passkey for the site of the tests."""
    return SoftwareAuthenticator(**{"origin": SITE, "rp_id": "registry.test"} | changes)


@dataclass
class Vouching:
    """The sample's bodies, their own keys, and everyone's passkeys by person."""

    db: Database
    cast: Cast
    now: datetime = NOW
    ceremony: Ceremony = CEREMONY
    domain: str = "body.registry.test"
    private: dict[str, Ed25519PrivateKey] = field(default_factory=dict)
    passkeys: dict[str, SoftwareAuthenticator] = field(default_factory=dict)

    def acting(self, caller: Caller, *, now: datetime | None = None) -> Acting:
        return Acting(caller=caller, now=now or self.now, policies=POLICIES)

    def authenticator(self) -> SoftwareAuthenticator:
        (origin,) = self.ceremony.site.origins
        return SoftwareAuthenticator(origin, self.ceremony.site.rp_id)

    def new_passkey(self, caller: Caller, passkey: SoftwareAuthenticator) -> dict[str, Any]:
        """What a person sends to enrol a passkey."""
        with self.db.read() as reading:
            statement, options = enrolling.begin(reading, acting=self.acting(caller), ceremony=self.ceremony)
        return {"statement": statement.octets().decode(), "credential": passkey.create(options)}

    def enrol(self, caller: Caller, passkey: SoftwareAuthenticator | None = None) -> SoftwareAuthenticator:
        passkey, acting = passkey or self.authenticator(), self.acting(caller)
        wanted = EnrolmentIn.model_validate(self.new_passkey(caller, passkey))
        with self.db.write() as tx:
            enrolling.enrol(tx, wanted, acting=acting, ceremony=self.ceremony)
        self.passkeys.setdefault(acting.person, passkey)
        return passkey

    def propose(self, organisation: str, *, now: datetime | None = None) -> str:
        """The id of a new key of an organisation, which waits."""
        private = self.private[organisation] = Ed25519PrivateKey.generate()
        public_key = write_base64url(private.public_key().public_bytes_raw())
        wanted = KeyIn(domain=self.domain, public_key=public_key)
        acting = self.acting(self.cast(organisation, "admin"), now=now)
        with self.db.write() as tx:
            return keys.propose(tx, wanted, acting=acting, ceremony=self.ceremony).id

    def document(self, identifier: str) -> bytes:
        with self.db.read() as reading:
            row = queries.find_key(reading, identifier)
        assert row is not None
        return bytes(row.document)

    def countersign(self, key: str, partner: str, own: str) -> None:
        wanted = CountersignIn.model_validate(self.countersignature(key, partner, own))
        with self.db.write() as tx:
            keys.countersign(tx, key, wanted, acting=self.acting(self.cast(partner, "siro")))

    def countersignature(self, key: str, partner: str, own: str) -> dict[str, Any]:
        """What a partner sends to countersign a key with its own."""
        signed = Envelope.sign(KEY, self.document(key), self.private[partner])
        return {"key": own, "envelope": signed.members()}

    def register(self, key: str, organisation: str, *, now: datetime | None = None) -> int:
        acting = self.acting(self.cast(organisation, "siro"), now=now)
        with self.db.write() as tx:
            return keys.register(tx, key, self.document(key), acting=acting).log_index

    def give_keys(self) -> dict[str, str]:
        """Let the partners have keys that they countersigned for each other; the ids by organisation."""
        made = {organisation: self.propose(organisation) for organisation in PARTNERS}
        for organisation, key in made.items():
            for partner in PARTNERS:
                if partner != organisation:
                    self.countersign(key, partner, made[partner])
            self.register(key, organisation)
        return made

    def next_roster(self, organisation: str) -> Roster:
        with self.db.read() as reading:
            acting = self.acting(self.cast(organisation, "siro"))
            return rostering.next_roster(reading, acting=acting, ceremony=self.ceremony)

    def put_in_force(self, roster: Roster, private: Ed25519PrivateKey | None = None) -> int:
        """Sign a roster with the organisation's key, or another, and send it."""
        return self.send(RosterIn.model_validate(self.signed(roster, private)), roster.organisation)

    def signed(self, roster: Roster, private: Ed25519PrivateKey | None = None) -> dict[str, Any]:
        """What somebody sends to put a roster in force."""
        document, key = roster.octets(), private or self.private[roster.organisation]
        return {"document": document.decode(), "envelope": Envelope.sign(ROSTER, document, key).members()}

    def send(self, roster: RosterIn, organisation: str) -> int:
        acting = self.acting(self.cast(organisation, "siro"))
        with self.db.write() as tx:
            return rostering.sign(tx, roster, acting=acting, ceremony=self.ceremony).log_index

    def assertion(
        self,
        caller: Caller,
        deciding: Deciding,
        passkey: SoftwareAuthenticator | None = None,
        *,
        now: datetime | None = None,
        asserted: Statement | None = None,
    ) -> dict[str, Any]:
        """What a person sends with an approval. `asserted` is signed in place of what is sent."""
        passkey = passkey or self.passkeys[caller.acting_person]
        statement = self.ceremony.state(
            deciding,
            organisation=caller.organisation,
            credential=digest(passkey.credential),
            now=now or self.now,
        )
        options = self.ceremony.approval_options(asserted or statement, passkey.credential)
        return {"statement": statement.octets().decode(), "credential": passkey.get(options)}


def signing(made: Changed, *, decision: str = "sign", role: str = "signatory", **changes: Any) -> Deciding:
    """The decision to sign an agreement."""
    subject = replace(Subject("agreement", made.ref, made.version, made.hash), **changes)
    return Deciding(subject, decision, role)


def wired(assertion: dict[str, Any]) -> AssertionIn:
    """An assertion as it comes over the wire."""
    return AssertionIn.model_validate_json(json.dumps(assertion))


def site() -> Site:
    """The site that an auditor expects."""
    return CEREMONY.site


def logged(reading: Reading, changed: dict[int, bytes] | None = None) -> Callable[[int], Logged]:
    """Every entry with its proof, of a log that whoever has its key rewrote in places."""
    stored = [bytes(row.body) for row in log_queries.all_rows(reading)]
    leaves = [(changed or {}).get(index, body) for index, body in enumerate(stored)]
    frontier, hashes = Frontier(), [leaf_hash(leaf) for leaf in leaves]
    for one in hashes:
        frontier.append(one)
    read = subtree_reader(lambda _level, first, count: hashes[first : first + count])
    note = Checkpoint(SIGNER.name, len(leaves), frontier.root()).signed(SIGNER)

    def find(index: int) -> Logged:
        path = inclusion_path(index, len(leaves), read)
        opened = None
        if leaves[index].startswith(b'{"c":'):
            row = next(one for one in log_queries.all_rows_opened(reading) if one.idx == index)
            opened = Opening(index, bytes(row.entry_salt), row.entry)
        return Logged(leaves[index], Proof(index, tuple(path), note), opened)

    return find


def gather(reading: Reading, index: int, logged: Callable[[int], Logged]) -> ApprovalCase | None:
    """Everything that the approval at an index rests on; None where it rests on a session alone."""
    found = queries.find_evidence(reading, index)
    if found is None:
        return None
    evidence = bytes(found.document)
    named = read_json(evidence)["delegation"]
    return ApprovalCase(
        approval=logged(index),
        evidence=evidence,
        rosters=[_recorded(row, logged) for row in queries.list_rosters(reading, found.organisation)],
        keys=[
            _recorded(row, logged)
            for body in PARTNERS
            for row in queries.list_keys(reading, body)
            if row.log_index is not None
        ],
        delegation=_lent(reading, named, logged) if named else None,
    )


def _recorded(row: Row[Any], logged: Callable[[int], Logged]) -> Recorded:
    return Recorded(logged(row.log_index), bytes(row.document), bytes(row.evidence))


def _lent(reading: Reading, named: str, logged: Callable[[int], Logged]) -> Lent:
    row = queries.find_delegation(reading, named)
    assert row is not None
    (given,) = [event for event in history(reading, "delegation", row.id) if event.type == GIVEN]
    return Lent(logged(given.index), bytes(row.document))
