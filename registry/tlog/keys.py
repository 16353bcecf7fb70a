"""Public keys by which notes are checked, and the text form in which people exchange them."""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from registry.tlog.faults import Malformed
from registry.tlog.messages import Kind, message
from registry.tlog.spelling import check_name, parse_base64, write_base64

KEY_ID_SIZE = 4
TIME_SIZE = 8
MAX_TIME = 253_402_300_799
"""The last second of the year 9999, beyond which nobody signs."""
_KEY_SIZES = {Kind.ED25519: 32, Kind.COSIGNATURE: 32, Kind.ML_DSA_44: 1312}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key, its kind, and the name it signs under.

    Raises:
        Malformed: the name cannot stand in a note, or the key has not the size of its kind.
    """

    name: str
    kind: Kind
    public_key: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public_key) != _KEY_SIZES[self.kind]:
            raise Malformed(f"a key of kind {self.kind:#04x} has {_KEY_SIZES[self.kind]} octets")

    @property
    def key_id(self) -> bytes:
        """The 4 octets that point a signature line to this key."""
        digest = hashlib.sha256(self.name.encode() + b"\n" + self._encoded())
        return digest.digest()[:KEY_ID_SIZE]

    def text(self) -> str:
        """The key as `name+id+key`, the form that people exchange."""
        return f"{self.name}+{self.key_id.hex()}+{write_base64(self._encoded())}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """The key that a `name+id+key` text spells.

        Raises:
            Malformed: not such a text, a key of another kind, or an id that is not the key's.
        """
        name, plus, rest = text.partition("+")
        octets = parse_base64(rest.partition("+")[2])
        if not plus or not octets or octets[0] not in list(Kind):
            raise Malformed("not a verifier key of a kind known here")
        key = cls(name, Kind(octets[0]), octets[1:])
        if key.text() != text:
            raise Malformed("the key id is not that of the name and key")
        return key

    def has_signed(self, text: str, octets: bytes) -> bool:
        """Whether the octets behind the key id of a line are this key's signature of a note's text."""
        try:
            signed = message(self.kind, self.name, text, time=self.time_of(octets))
            self._public_key().verify(octets[TIME_SIZE:] if self.kind.is_timed else octets, signed)
        except (InvalidSignature, Malformed):
            return False
        return True

    def time_of(self, octets: bytes) -> int:
        """When a signature says it was made, in Unix seconds; 0 when it does not say.

        Raises:
            Malformed: after the year 9999.
        """
        time = int.from_bytes(octets[:TIME_SIZE]) if self.kind.is_timed else 0
        if time > MAX_TIME:
            raise Malformed(f"a signature of the second {time}")
        return time

    def _encoded(self) -> bytes:
        return bytes([self.kind]) + self.public_key

    def _public_key(self) -> Ed25519PublicKey | MLDSA44PublicKey:
        form = MLDSA44PublicKey if self.kind is Kind.ML_DSA_44 else Ed25519PublicKey
        return form.from_public_bytes(self.public_key)
