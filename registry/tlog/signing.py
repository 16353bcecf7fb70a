"""Private keys that sign the notes of a log: one in memory, or several under one name."""

import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from registry.tlog.faults import Malformed
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind, message
from registry.tlog.note import Signature, Signer

PrivateKey = Ed25519PrivateKey | MLDSA44PrivateKey


@dataclass(frozen=True, slots=True)
class KeySigner:
    """A private key and the name it signs under."""

    name: str
    private_key: PrivateKey

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        kind = Kind.ED25519 if isinstance(self.private_key, Ed25519PrivateKey) else Kind.ML_DSA_44
        return VerifierKey(self.name, kind, self.private_key.public_key().public_bytes_raw())

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The public half, as the only one."""
        return (self.key,)

    def sign(self, text: str) -> tuple[Signature, ...]:
        """The signature of a note's text; none when this key cannot sign such a text."""
        key = self.key
        try:
            signed = self.private_key.sign(message(key.kind, key.name, text))
        except Malformed:
            return ()
        time = struct.pack(">Q", 0) if key.kind.is_timed else b""
        return (Signature(key.name, key.key_id, time + signed),)


@dataclass(frozen=True, slots=True)
class Signers:
    """Several signers under one name: keys of two kinds, or an old and a new key while both are good.

    Raises:
        Malformed: none, or two of different names.
    """

    signers: tuple[Signer, ...]

    def __post_init__(self) -> None:
        if len({signer.name for signer in self.signers}) != 1:
            raise Malformed("the signers of a log all have its name")

    @property
    def name(self) -> str:
        """The name of them all."""
        return self.signers[0].name

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The public halves, in the order of the signers."""
        return tuple(key for signer in self.signers for key in signer.keys)

    def sign(self, text: str) -> tuple[Signature, ...]:
        """The signature of each key that can sign this text."""
        return tuple(signature for signer in self.signers for signature in signer.sign(text))
