"""Whose signatures an organisation vouches for: its own key, and the roster of its approvers' passkeys.

A body's key is published on the body's own domain and countersigned by two partners; the key signs rosters,
or two passkeys of the roster before do. So the registry's operator can invent neither.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from registry.tlog.faults import Malformed, Unproved
from registry.verification.commitments import write_base64url
from registry.verification.dsse import KEY, ROSTER, Envelope
from registry.verification.spelling import digest, read_base64url, read_json, write_json
from registry.verification.statements import Assertion, Site, Statement

KEY_SCHEMA, ROSTER_SCHEMA = "organisation-key/1", "roster/1"
COUNTERSIGNATURES = 2
PASSKEYS = 2
SIGNED = "sign"
"""The decision in the statement by which a rostered passkey signs the next roster."""

Made = TypeVar("Made", "OrganisationKey", "Roster", "Rostered")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationKey:
    """The Ed25519 key of an organisation, as it stands on the organisation's own domain."""

    log: str
    organisation: str
    domain: str
    public_key: bytes
    salt: str

    @property
    def key_digest(self) -> str:
        """The digest under which statements and envelopes name the key."""
        return digest(self.public_key)

    def octets(self) -> bytes:
        """The document: canonical JSON."""
        return write_json(
            {**asdict(self), "schema": KEY_SCHEMA, "public_key": write_base64url(self.public_key)}
        )

    @classmethod
    def parse(cls, octets: bytes) -> "OrganisationKey":
        """The key that a document is about.

        Raises:
            Malformed: not a document that `octets` writes.
        """
        members = read_json(octets)
        key = _made(cls, members | {"public_key": read_base64url(_text(members, "public_key"))}, KEY_SCHEMA)
        if key.octets() != octets or len(key.public_key) != 32:
            raise Malformed("not the document of a key")
        return key

    def check_countersigned(self, countersignatures: Iterable[tuple["OrganisationKey", Envelope]]) -> None:
        """Check that two other organisations signed this document with keys of their own.

        Raises:
            Unproved: a signature is wrong, or they are too few.
        """
        partners = set()
        for key, envelope in countersignatures:
            envelope.check(KEY, self.octets(), key.public_key)
            if key.log == self.log:
                partners.add(key.organisation)
        if len(partners - {self.organisation}) < COUNTERSIGNATURES:
            raise Unproved("fewer than two other organisations countersigned the key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rostered:
    """A passkey as a roster vouches for it: from one instant until another, for these roles.

    `holder` numbers people within the roster: one number, one person. `synced` and `backed_up` are what the
    authenticator said of itself when it was enrolled (the flags BE and BS).
    """

    credential: str
    public_key: bytes
    holder: int
    roles: tuple[str, ...]
    begins: str
    ends: str
    synced: bool
    backed_up: bool

    def counts_at(self, at: str) -> bool:
        """Whether it counts at an instant, written as entries write it."""
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The passkeys whose approvals are an organisation's own. A new version replaces the one before."""

    log: str
    organisation: str
    version: int
    salt: str
    credentials: tuple[Rostered, ...]

    def octets(self) -> bytes:
        """The document: canonical JSON."""
        listed = [
            {**asdict(one), "public_key": write_base64url(one.public_key), "roles": list(one.roles)}
            for one in self.credentials
        ]
        return write_json({**asdict(self), "schema": ROSTER_SCHEMA, "credentials": listed})

    @classmethod
    def parse(cls, octets: bytes) -> "Roster":
        """The roster that a document spells.

        Raises:
            Malformed: not a document that `octets` writes.
        """
        members = read_json(octets)
        listed = members.get("credentials")
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise Malformed("a roster lists credentials")
        credentials = tuple(_rostered(one) for one in listed)
        roster = _made(cls, members | {"credentials": credentials}, ROSTER_SCHEMA)
        if roster.octets() != octets:
            raise Malformed("not the document of a roster")
        return roster

    def get(self, credential: str, at: str) -> Rostered:
        """The passkey of this digest, which has to count at an instant.

        Raises:
            Unproved: it is not in the roster, or not at this instant.
        """
        found = next((one for one in self.credentials if one.credential == credential), None)
        if found is None:
            raise Unproved("the passkey is not in the roster")
        if not found.counts_at(at):
            raise Unproved("the roster does not vouch for the passkey at this instant")
        return found

    def check_signed_by_key(self, envelope: Envelope, key: OrganisationKey) -> None:
        """Check that the organisation's own key signed the roster.

        Raises:
            Unproved: it did not.
        """
        if (key.log, key.organisation) != (self.log, self.organisation):
            raise Unproved("the key is another organisation's")
        envelope.check(ROSTER, self.octets(), key.public_key)

    def check_signed_by_passkeys(
        self, signatures: Iterable[tuple[Statement, Assertion]], before: "Roster", at: str, site: Site
    ) -> None:
        """Check that two people of the roster before signed this one, at an instant.

        Raises:
            Malformed: an assertion cannot be read.
            Unproved: a signature is wrong or about something else, or they are too few.
        """
        if (before.log, before.organisation) != (self.log, self.organisation):
            raise Unproved("the roster before is another organisation's")
        holders = set()
        for statement, assertion in signatures:
            passkey = before.get(assertion.credential_digest, at)
            if statement != self.statement_like(statement, assertion) or statement.expires < at:
                raise Unproved("the statement is about something else")
            assertion.check(statement, passkey.public_key, site)
            holders.add(passkey.holder)
        if len(holders) < PASSKEYS:
            raise Unproved("fewer than two people signed the roster")

    def statement_like(self, statement: Statement, assertion: Assertion) -> Statement:
        """What a passkey has to state to sign this roster; its nonce and end are those of the statement."""
        return Statement(
            log=self.log,
            kind="roster",
            id=self.organisation,
            version=self.version,
            digest=digest(self.octets()),
            decision=SIGNED,
            role="roster",
            org=self.organisation,
            credential=assertion.credential_digest,
            nonce=statement.nonce,
            expires=statement.expires,
        )


def _rostered(members: dict[str, Any]) -> Rostered:
    roles = members.get("roles")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise Malformed("a rostered passkey has roles")
    public_key = read_base64url(_text(members, "public_key"))
    return _made(Rostered, members | {"roles": tuple(roles), "public_key": public_key})


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str):
        raise Malformed(f"{name} is a text")
    return value


def _made(make: Callable[..., Made], members: dict[str, Any], schema: str | None = None) -> Made:
    """What these members make; with a schema, which they have to name."""
    named = dict(members)
    if schema is not None and named.pop("schema", None) != schema:
        raise Malformed(f"not a document of schema {schema}")
    try:
        made = make(**named)
    except TypeError as fault:
        raise Malformed("a member is missing or foreign") from fault
    for member in fields(made):
        if member.type in (str, int, bool) and type(getattr(made, member.name)) is not member.type:
            raise Malformed(f"{member.name} is of another type")
    return made
