"""Cosignatures: a witness's word for a checkpoint, and when it gave it (c2sp.org/tlog-cosignature).

It means: at this time, this was the largest tree the witness had seen of the log with this origin, and it
continues every earlier one. A witness has one key under its name, Ed25519 (0x04) or ML-DSA-44 (0x06).
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind, message
from registry.tlog.note import Note, Signature, parse_signatures
from registry.tlog.signing import PrivateKey


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness's private key and the name it cosigns under."""

    name: str
    private_key: PrivateKey

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        kind = Kind.COSIGNATURE if isinstance(self.private_key, Ed25519PrivateKey) else Kind.ML_DSA_44
        return VerifierKey(self.name, kind, self.private_key.public_key().public_bytes_raw())

    def cosign(self, text: str, at: datetime) -> Signature:
        """The cosignature of a checkpoint's text.

        Raises:
            Malformed: the text is not a checkpoint, or the time not after 1970.
        """
        time = int(at.timestamp())
        if time <= 0:
            raise Malformed("a cosignature says when it was made")
        key = self.key
        signed = self.private_key.sign(message(key.kind, key.name, text, time=time))
        return Signature(key.name, key.key_id, struct.pack(">Q", time) + signed)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """What one line of a note says: whose cosignature it is, and when it was made."""

    key: VerifierKey
    at: datetime


def check_cosignatures(note: Note, keys: Iterable[VerifierKey]) -> tuple[Cosigned, ...]:
    """The cosignatures of these witnesses that a note carries, in its order; there may be none.

    Raises:
        Unproved: the line of a known witness does not verify, or does not say when it was made.
    """
    return tuple(Cosigned(key, _moment(key, signature.octets)) for key, signature in note.signatures_of(keys))


def read_answer(text: str, answer: bytes, key: VerifierKey) -> Signature:
    """The cosignature of a checkpoint's text among the lines a witness answered with; others are dropped.

    Raises:
        Malformed: the answer is not signature lines.
        Unproved: none is a good cosignature of this witness.
    """
    note = Note(text, parse_signatures(answer))
    if not check_cosignatures(note, [key]):
        raise Unproved(f"no cosignature by {key.name}")
    return note.signatures_of([key])[0][1]


def _moment(key: VerifierKey, octets: bytes) -> datetime:
    time = key.time_of(octets)
    if not time:
        raise Unproved(f"{key.name} does not say when it cosigned")
    return datetime.fromtimestamp(time, UTC)
