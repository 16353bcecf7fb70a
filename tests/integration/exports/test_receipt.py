"""COSE receipts: read with cbor2 alone, they lead from the entry to the root that the key signed."""

from dataclasses import dataclass

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature

from registry.auditlog.queries import bodies
from registry.auditlog.rules import NotYetProvable
from registry.auditlog.served import newest_served
from registry.db import Database
from registry.exports.actions import give_receipt
from registry.exports.receipt import find_key
from registry.exports.rules import NoReceipts
from registry.exports.trust import Trust
from registry.tlog.keys import VerifierKey
from registry.tlog.note import Signature
from registry.tlog.signing import Signers
from registry.tlog.tree import check_inclusion, leaf_hash
from tests.auditlog_world import NOW, ORIGIN, SIGNER
from tests.integration.exports.conftest import TRUST


@dataclass(frozen=True)
class Elsewhere:
    """A key that another process holds: it signs notes."""

    name: str = ORIGIN
    keys: tuple[VerifierKey, ...] = SIGNER.keys

    def sign(self, text: str) -> tuple[Signature, ...]:
        return SIGNER.sign(text)


@pytest.mark.spec("RFC 9942", "5.2")
@pytest.mark.parametrize("index", [0, 255, 256, 300, 699])
def test_a_receipt_leads_to_the_root_that_the_key_signed(published: Database, index: int) -> None:
    with published.read() as reading:
        octets = give_receipt(reading, index, trust=TRUST, now=NOW)
        entry, newest = bodies(reading, index, 1)[0], newest_served(reading)
    assert newest is not None
    tag = cbor2.loads(octets)
    protected, unprotected, payload, signature = tag.value
    assert (tag.tag, payload) == (18, None)
    assert cbor2.loads(protected) == {1: -19, 4: SIGNER.key.key_id, 395: 1}
    size, at, path = cbor2.loads(unprotected[396][-1][0])
    check_inclusion(leaf=leaf_hash(entry), index=at, size=size, root=newest.root, path=path)
    assert (at, size) == (index, 700)
    public = SIGNER.private_key.public_key()
    public.verify(signature, cbor2.dumps(["Signature1", protected, b"", bytes(newest.root)]))
    with pytest.raises(InvalidSignature):
        public.verify(signature, cbor2.dumps(["Signature1", protected, b"", bytes(32)]))


def test_what_has_no_receipt(signed_log: Database) -> None:
    with signed_log.read() as reading:
        for index in (-1, 700):
            with pytest.raises(NotYetProvable):
                give_receipt(reading, index, trust=TRUST, now=NOW)
        with pytest.raises(NoReceipts):
            give_receipt(reading, 0, trust=Trust(Elsewhere()), now=NOW)


def test_of_several_keys_the_ed25519_one_signs() -> None:
    assert find_key(Signers((Elsewhere(), SIGNER)), NOW) is SIGNER
