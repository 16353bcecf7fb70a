"""The people of the demo sign with passkeys: enrolled, rostered and vouched for before the story begins.

The keys of organisations live as long as the loading does. What stays is what a real history leaves: keys
that partners countersigned, rosters, and assertions under the approvals of the log. Passkeys of people stay
with the other secrets of the demo, so that whoever tries it can sign with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry import clock
from registry.assessments.actions.change import subject_of
from registry.assessments.queries import find
from registry.assessments.transitions import HOLDERS, Kind
from registry.auditlog import Subject
from registry.callers import Caller
from registry.db import Database, Reading, Transaction
from registry.demo.authenticator import SoftwareAuthenticator
from registry.demo.samples import sample_people
from registry.imports.story import caller_of
from registry.organisations.actions import Acting
from registry.passkeys.actions import enrolling, keys, rostering
from registry.passkeys.ceremonies import Ceremony, Deciding
from registry.passkeys.schemas import CountersignIn, EnrolmentIn, EnvelopeIn, KeyIn, RosterIn
from registry.policy import Policies
from registry.verification.commitments import write_base64url
from registry.verification.dsse import KEY, ROSTER, Envelope
from registry.verification.rosters import COUNTERSIGNATURES
from registry.verification.spelling import digest

APPROVERS = frozenset({"signatory", "caldicott_guardian", "siro", "ethics_lead"})
SCOPES = frozenset({"register:read", "approve"})
VOUCHED_FOR = timedelta(days=5 * 365)
"""So long that the story and some years of trying the demo fall within."""

ASSESSMENTS = {"decide-dpia": Kind.DPIA, "decide-ethics": Kind.ETHICS}


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation that vouches for its people: who looks after it, and its own key."""

    siro: Acting
    dpo: Acting
    private: Ed25519PrivateKey

    @property
    def organisation(self) -> str:
        """Its primary identifier."""
        return self.siro.caller.organisation


@dataclass(slots=True)
class DemoApprovers:
    """Everyone's passkeys, by person, and the ceremonies that they are used in."""

    ceremony: Ceremony
    policies: Policies
    passkeys: dict[str, SoftwareAuthenticator] = field(default_factory=dict)
    handed_out: dict[str, dict[str, str]] = field(default_factory=dict)
    """The same by user name, as a browser's virtual authenticator takes them."""

    def furnish(self, db: Database, now: datetime) -> None:
        """Enrol a passkey for everyone who approves, and let their organisations vouch for them."""
        with db.write() as tx:
            everyone = [self._acting(tx, one["username"], now) for one in sample_people()]
            for one, acting in zip(sample_people(), everyone, strict=True):
                if acting.caller.roles & APPROVERS:
                    self._enrol(tx, acting)
                    self.handed_out[one["username"]] = self.passkeys[acting.person].exported()
            bodies = _bodies(everyone)
            self._register_keys(tx, bodies)
            for body in bodies:
                self._sign_roster(tx, body)

    def assertion(
        self, reading: Reading, verb: str, given: Mapping[str, Any], caller: Caller, now: datetime
    ) -> dict[str, Any] | None:
        """What a person signs when they take a step of the story; None unless they approve with a passkey."""
        deciding = _deciding(reading, verb, given, caller)
        passkey = self.passkeys.get(caller.acting_person)
        if deciding is None or passkey is None:
            return None
        statement = self.ceremony.state(
            deciding, organisation=caller.organisation, credential=digest(passkey.credential), now=now
        )
        credential = passkey.get(self.ceremony.approval_options(statement, passkey.credential))
        return {"statement": statement.octets().decode(), "credential": credential}

    def _acting(self, tx: Transaction, username: str, now: datetime) -> Acting:
        caller = replace(caller_of(tx, username, now), scopes=SCOPES)
        return Acting(caller=caller, now=now, policies=self.policies)

    def _enrol(self, tx: Transaction, acting: Acting) -> None:
        (origin,) = self.ceremony.site.origins
        passkey = SoftwareAuthenticator(origin, self.ceremony.site.rp_id)
        statement, options = enrolling.begin(tx, acting=acting, ceremony=self.ceremony)
        made = {"statement": statement.octets().decode(), "credential": passkey.create(options)}
        wanted = EnrolmentIn.model_validate(made)
        enrolling.enrol(tx, wanted, acting=acting, ceremony=self.ceremony)
        self.passkeys[acting.person] = passkey

    def _register_keys(self, tx: Transaction, bodies: list[Body]) -> None:
        """Give every body a key that the next two countersign, as if it stood on the body's own domain."""
        proposed = [self._propose(tx, body) for body in bodies]
        for place, (identifier, document) in enumerate(proposed):
            following = islice(cycle(zip(bodies, proposed, strict=True)), place + 1, None)
            for partner, (own, _) in islice(following, COUNTERSIGNATURES):
                envelope = envelope_in(Envelope.sign(KEY, document, partner.private))
                wanted = CountersignIn(key=own, envelope=envelope)
                keys.countersign(tx, identifier, wanted, acting=partner.siro)
            keys.register(tx, identifier, document, acting=bodies[place].dpo)

    def _propose(self, tx: Transaction, body: Body) -> tuple[str, bytes]:
        """The id and the document of a body's proposed key."""
        domain = f"{body.organisation.replace(':', '-').lower()}.registry.test"
        public_key = write_base64url(body.private.public_key().public_bytes_raw())
        wanted = KeyIn(domain=domain, public_key=public_key)
        made = keys.propose(tx, wanted, acting=body.siro, ceremony=self.ceremony)
        ((row, _),) = keys.list_keys(tx, body.organisation, acting=body.siro)
        return made.id, bytes(row.document)

    def _sign_roster(self, tx: Transaction, body: Body) -> None:
        """Put a body's first roster in force, signed by its own key."""
        roster = rostering.next_roster(tx, acting=body.siro, ceremony=self.ceremony)
        ends = clock.stamp(body.siro.now + VOUCHED_FOR)
        listed = tuple(replace(one, ends=ends) for one in roster.credentials)
        document = replace(roster, credentials=listed).octets()
        envelope = envelope_in(Envelope.sign(ROSTER, document, body.private))
        wanted = RosterIn(document=document.decode(), envelope=envelope)
        rostering.sign(tx, wanted, acting=body.siro, ceremony=self.ceremony)


def envelope_in(envelope: Envelope) -> EnvelopeIn:
    """An envelope as it goes over the wire."""
    return EnvelopeIn.model_validate(envelope.members())


def _bodies(everyone: list[Acting]) -> list[Body]:
    """The organisations with a risk owner and a data protection officer, in order."""
    found: dict[tuple[str, str], Acting] = {}
    for acting in everyone:
        for role in acting.caller.roles:
            found.setdefault((acting.caller.organisation, role), acting)
    return [
        Body(siro, found[organisation, "dpo"], Ed25519PrivateKey.generate())
        for (organisation, role), siro in sorted(found.items())
        if role == "siro" and (organisation, "dpo") in found
    ]


def _deciding(reading: Reading, verb: str, given: Mapping[str, Any], caller: Caller) -> Deciding | None:
    """The decision that a step of the story makes, where it makes one."""
    if verb == "sign":
        subject = Subject("agreement", given["ref"], given["version"], given["hash"])
        return Deciding(subject, given["decision"], given["role"])
    kind = ASSESSMENTS.get(verb)
    stored = find(reading, kind, given["id"]) if kind else None
    if kind is None or stored is None:
        return None
    role = next(role for role in HOLDERS[kind, "decider"] if role in caller.roles)
    return Deciding(subject_of(stored), given["decision"], role)
