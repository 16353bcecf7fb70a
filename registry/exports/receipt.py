"""COSE receipts: the proof that the log holds an entry, as SCITT systems read it (RFC 9942).

The tree is the same (RFC 9162, SHA-256), so nothing is hashed again. What is signed is the root, inside the
structure of COSE_Sign1: its first octet begins no text, so that no receipt can be taken for a note.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import cbor2

from registry.signers.log import LogSigner
from registry.tlog.messages import Kind
from registry.tlog.note import Signer
from registry.tlog.signing import KeySigner, Signers

MEDIA_TYPE = "application/cose"
COSE_SIGN1 = 18
ALG, KID, VDS, VDP = 1, 4, 395, 396
ED25519, RFC9162_SHA256, INCLUSION = -19, 1, -1


def write_receipt(signer: KeySigner, *, index: int, size: int, root: bytes, path: Sequence[bytes]) -> bytes:
    """The receipt of an entry: COSE_Sign1 with the path in its headers and the root left out."""
    key = signer.key
    protected = cbor2.dumps({ALG: ED25519, KID: key.key_id, VDS: RFC9162_SHA256}, canonical=True)
    proof = cbor2.dumps([size, index, list(path)])
    signature = signer.private_key.sign(signed_octets(protected, root))
    return cbor2.dumps(cbor2.CBORTag(COSE_SIGN1, [protected, {VDP: {INCLUSION: [proof]}}, None, signature]))


def signed_octets(protected: bytes, root: bytes) -> bytes:
    """What is signed (RFC 9052 section 4.4)."""
    return cbor2.dumps(["Signature1", protected, b"", root])


def find_key(signer: Signer, now: datetime) -> KeySigner | None:
    """The log's Ed25519 key, if it is one that signs whatever it is given; others sign notes alone."""
    for one in _each(signer, now):
        if isinstance(one, KeySigner) and one.key.kind is Kind.ED25519:
            return one
    return None


def _each(signer: Signer, now: datetime) -> Iterator[Signer]:
    if isinstance(signer, LogSigner):
        yield from (signer.open(held.source) for held in signer.ring.signing(now))
    elif isinstance(signer, Signers):
        yield from signer.signers
    else:
        yield signer
