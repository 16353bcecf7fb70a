"""A passkey in software: what browser and authenticator do together, for the demo's people and for tests.

It asks nobody. A person's real passkey lies in a device that asks for them.
"""

import hashlib
import json
import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from registry.verification.commitments import write_base64url

PRESENT, VERIFIED, MAY_BE_SYNCED, BACKED_UP, HOLDS_CREDENTIAL = 0x01, 0x04, 0x08, 0x10, 0x40
"""The flags of authenticator data (WebAuthn Level 3, section 6.1)."""

_NO_MODEL = bytes(16)


@dataclass(slots=True)
class SoftwareAuthenticator:
    """One passkey (ES256) for one site, and what it says of itself in every answer."""

    origin: str
    rp_id: str
    flags: int = PRESENT | VERIFIED | MAY_BE_SYNCED | BACKED_UP
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` gives for these options, as JSON."""
        attested = _NO_MODEL + len(self.credential).to_bytes(2) + self.credential + self.cose_key()
        said = self._authenticator_data(HOLDS_CREDENTIAL) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})
        response = {
            "clientDataJSON": write_base64url(self._client_data("webauthn.create", options)),
            "attestationObject": write_base64url(attestation),
        }
        return self._frame(response)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` gives for these options, as JSON."""
        client_data, said = self._client_data("webauthn.get", options), self._authenticator_data()
        signature = self.private.sign(said + hashlib.sha256(client_data).digest(), ECDSA(SHA256()))
        response = {
            "clientDataJSON": write_base64url(client_data),
            "authenticatorData": write_base64url(said),
            "signature": write_base64url(signature),
        }
        return self._frame(response)

    def exported(self) -> dict[str, str]:
        """The passkey as a browser's virtual authenticator takes it (DevTools, `WebAuthn.Credential`)."""
        private = self.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        octets = {"credentialId": self.credential, "privateKey": private}
        return {name: b64encode(value).decode() for name, value in octets.items()} | {"rpId": self.rp_id}

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        client = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(client | {"crossOrigin": False}).encode()

    def _authenticator_data(self, more_flags: int = 0) -> bytes:
        """The hash of the relying party's id, the flags, and a counter that such a passkey does not keep."""
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([self.flags | more_flags]) + bytes(4)

    def cose_key(self) -> bytes:
        """The public key (RFC 9053 section 7.1.1): EC2, ES256, P-256, x and y."""
        numbers = self.private.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})

    def _frame(self, response: dict[str, str]) -> dict[str, Any]:
        identifier = write_base64url(self.credential)
        return {"id": identifier, "rawId": identifier, "type": "public-key", "response": response}
