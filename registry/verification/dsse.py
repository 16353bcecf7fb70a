"""Signatures by an organisation's own key over a document: DSSE envelopes with one Ed25519 signature."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from registry.tlog.faults import Malformed, Unproved
from registry.verification.spelling import digest

APPROVAL = "application/vnd.information-sharing-registry.approval"
ROSTER = "application/vnd.information-sharing-registry.roster+json"
KEY = "application/vnd.information-sharing-registry.organisation-key+json"
"""What a payload is. A signature over one type is none over another."""


def signed_octets(payload_type: str, payload: bytes) -> bytes:
    """The octets that are signed: the pre-authentication encoding (DSSE v1)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload of a type, and the signature over both. `key` is a hint and proves nothing."""

    payload_type: str
    payload: bytes
    signature: bytes
    key: str = ""

    @classmethod
    def sign(cls, payload_type: str, payload: bytes, private: Ed25519PrivateKey) -> "Envelope":
        """The envelope that a private key makes of a payload."""
        key = digest(private.public_key().public_bytes_raw())
        return cls(payload_type, payload, private.sign(signed_octets(payload_type, payload)), key)

    def members(self) -> dict[str, Any]:
        """The envelope as JSON (DSSE v1)."""
        signature = {"keyid": self.key, "sig": b64encode(self.signature).decode()}
        return {
            "payload": b64encode(self.payload).decode(),
            "payloadType": self.payload_type,
            "signatures": [signature],
        }

    @classmethod
    def of(cls, members: Any) -> "Envelope":
        """The envelope that JSON spells.

        Raises:
            Malformed: not an envelope with one signature.
        """
        try:
            (one,) = members["signatures"]
            payload, signature = (b64decode(text, validate=True) for text in (members["payload"], one["sig"]))
            envelope = cls(members["payloadType"], payload, signature, one["keyid"])
        except (KeyError, TypeError, ValueError) as fault:
            raise Malformed("not a DSSE envelope with one signature") from fault
        if not isinstance(envelope.payload_type, str) or not isinstance(envelope.key, str):
            raise Malformed("the type of the payload or the name of the key is no text")
        if json.dumps(envelope.members(), sort_keys=True) != json.dumps(members, sort_keys=True):
            raise Malformed("not an envelope in its one spelling")
        return envelope

    def check(self, payload_type: str, payload: bytes, public_key: bytes) -> None:
        """Check that the key signed exactly this payload as this type.

        Raises:
            Unproved: it did not.
        """
        if (self.payload_type, self.payload) != (payload_type, payload):
            raise Unproved("the envelope is about something else")
        try:
            key = Ed25519PublicKey.from_public_bytes(public_key)
            key.verify(self.signature, signed_octets(payload_type, payload))
        except (InvalidSignature, ValueError) as fault:
            raise Unproved("the envelope is not signed by this key") from fault
