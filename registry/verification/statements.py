"""What an approver signs: one statement about one text, and the checks of a passkey's signature over it.

The challenge of the WebAuthn ceremony is the SHA-256 of the statement, so that an assertion over one document
is none over another. Standard library and `cryptography` alone: an auditor needs no more.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from registry.tlog.faults import Malformed, Unproved
from registry.verification.commitments import write_base64url
from registry.verification.spelling import digest, read_base64url, read_json, write_json

HEADER = b"registry-approval/v1\n"
USER_PRESENT_AND_VERIFIED = 0x05
_TEXTS = ("credential", "decision", "digest", "expires", "log", "nonce", "org", "role")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One decision of one organisation in one role about one text.

    `credential` is the digest of the credential's id, or of the organisation's public key; `expires` an
    instant as entries write it; `nonce` makes the statement unlike any other.
    """

    log: str
    kind: str
    id: str
    version: int
    digest: str
    decision: str
    role: str
    org: str
    credential: str
    nonce: str
    expires: str

    def octets(self) -> bytes:
        """The bytes that are signed: a header line and canonical JSON."""
        members = {name: getattr(self, name) for name in _TEXTS}
        subject = {"id": self.id, "kind": self.kind, "version": self.version}
        return HEADER + write_json(members | {"subject": subject})

    def challenge(self) -> bytes:
        """The WebAuthn challenge that stands for it."""
        return hashlib.sha256(self.octets()).digest()

    @classmethod
    def parse(cls, octets: bytes) -> "Statement":
        """The statement that these bytes spell.

        Raises:
            Malformed: not bytes that `octets` writes.
        """
        if not octets.startswith(HEADER):
            raise Malformed("a statement begins with its header")
        members = read_json(octets.removeprefix(HEADER))
        subject = members.pop("subject", None)
        try:
            statement = cls(**members, **subject)
        except TypeError as fault:
            raise Malformed("not the members of a statement") from fault
        texts = {name: value for name, value in asdict(statement).items() if name != "version"}
        if type(statement.version) is not int or not all(isinstance(value, str) for value in texts.values()):
            raise Malformed("a member of the statement is of another type")
        if statement.octets() != octets:
            raise Malformed("not a statement in its one spelling")
        return statement


@dataclass(frozen=True, slots=True)
class Site:
    """Where approvals are made: the relying party's id, and the web origins that count as it (WebAuthn)."""

    rp_id: str
    origins: frozenset[str]


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a passkey gave: the credential's id and the three parts of its proof (WebAuthn, section 5.2.2)."""

    credential: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes

    @property
    def credential_digest(self) -> str:
        """The digest under which statements and rosters name the credential."""
        return digest(self.credential)

    def members(self) -> dict[str, str]:
        """The assertion as it is kept: every part in base64url."""
        return {name: write_base64url(value) for name, value in asdict(self).items()}

    @classmethod
    def of(cls, members: Any) -> "Assertion":
        """The assertion that JSON spells.

        Raises:
            Malformed: a part is missing, foreign or not base64url.
        """
        try:
            return cls(**{name: read_base64url(value) for name, value in members.items()})
        except (AttributeError, TypeError) as fault:
            raise Malformed("not the parts of an assertion") from fault

    def check(self, statement: Statement, public_key: bytes, site: Site) -> None:
        """Check that this key's holder, present and verified, signed this statement at this site.

        1. The client data are those of an assertion over the statement, made at the site.
        2. The authenticator speaks for the site, and of a person who was present and verified.
        3. The key signed both.

        Raises:
            Malformed: a part cannot be read.
            Unproved: a step fails.
        """
        client = _client_data(self.client_data)  # 1
        if client.get("type") != "webauthn.get" or client.get("crossOrigin", False) is not False:
            raise Unproved("the client data are not those of an assertion made here")
        if client.get("challenge") != write_base64url(statement.challenge()):
            raise Unproved("the assertion is about something else")
        if client.get("origin") not in site.origins:
            raise Unproved("the assertion was made at another site")
        if self.authenticator_data[:32] != hashlib.sha256(site.rp_id.encode()).digest():  # 2
            raise Unproved("the assertion is for another relying party")
        if len(self.authenticator_data) < 37 or ~self.authenticator_data[32] & USER_PRESENT_AND_VERIFIED:
            raise Unproved("the authenticator did not verify a person")
        signed = self.authenticator_data + hashlib.sha256(self.client_data).digest()
        _check_signature(public_key, self.signature, signed)  # 3


def _client_data(octets: bytes) -> dict[str, Any]:
    try:
        client = json.loads(octets)
    except (ValueError, RecursionError) as fault:
        raise Malformed("the client data are not JSON") from fault
    if not isinstance(client, dict):
        raise Malformed("the client data are no object")
    return client


def _check_signature(public_key: bytes, signature: bytes, signed: bytes) -> None:
    """Check a signature by ES256 on P-256 or by Ed25519; the key is a SubjectPublicKeyInfo in DER."""
    try:
        key = load_der_public_key(public_key)
        if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
            key.verify(signature, signed, ECDSA(SHA256()))
        elif isinstance(key, Ed25519PublicKey):
            key.verify(signature, signed)
        else:
            raise Malformed("a passkey of another kind than ES256 and EdDSA")
    except (UnsupportedAlgorithm, ValueError) as fault:
        raise Malformed("not a public key") from fault
    except InvalidSignature as fault:
        raise Unproved("the assertion is not signed by this key") from fault
