"""A receipt that was lost before it was kept is deposited by whoever holds it."""

import pytest

from registry.receipts import queries
from registry.receipts.actions import deposit
from registry.receipts.issuing import Issuer
from registry.receipts.rules import ReceiptNotRooted, ReceiptRefused, ReceiptUnknown
from registry.tlog.proof import Proof
from registry.tlog.signing import KeySigner
from registry.verification.receipt import leaf_of
from tests.integration.receipts.conftest import HOUR, SIGNER, Bureau, another_signer


def deposited(bureau: Bureau, jws: bytes, present: KeySigner = SIGNER) -> None:
    with bureau.db.write() as tx:
        deposit(tx, jws.decode(), present=present.key, now=bureau.now)


def test_a_lost_receipt_counts_once_it_is_deposited(bureau: Bureau) -> None:
    jws = bureau.issue()[0]
    bureau.issuer.take()  # the process died
    bureau.root()
    with pytest.raises(ReceiptUnknown):
        bureau.prove(jws)

    deposited(bureau, jws)
    bureau.root()
    assert Proof.parse(bureau.prove(jws).encode()).check(leaf_of(jws), SIGNER.key)


def test_a_receipt_that_is_known_stays_as_it_is(bureau: Bureau) -> None:
    jws = bureau.issue()[0]
    bureau.keeper.turn()
    deposited(bureau, jws)
    with pytest.raises(ReceiptNotRooted):
        bureau.prove(jws)

    bureau.root()
    before = bureau.prove(jws)
    deposited(bureau, jws)
    bureau.root()
    assert bureau.prove(jws) == before


def test_a_receipt_that_waits_for_its_root_is_not_kept_twice(bureau: Bureau) -> None:
    jws = bureau.issue()[0]
    bureau.keeper.turn()
    deposited(bureau, jws)
    with bureau.db.read() as reading:
        rows, _ = queries.waiting_before(reading, bureau.now + HOUR)
    assert len(rows) == 1


def test_a_receipt_of_a_key_that_was_replaced_is_still_taken(bureau: Bureau) -> None:
    bureau.issue()
    bureau.root()
    late = bureau.issue(2)[1]
    bureau.issuer.take()
    other = another_signer()
    replaced = Bureau(bureau.db, bureau.folder, now=bureau.now, issuer=Issuer(other))
    deposited(replaced, late, present=other)
    replaced.root()
    assert replaced.prove(late)


def test_what_this_registry_did_not_sign_is_refused(bureau: Bureau) -> None:
    other = Issuer(another_signer())
    ours = bureau.issue()[0]
    header, claims, signature = ours.split(b".")
    for jws in (other.issue(b"{}"), b"", b"..", ours[:-1], b".".join([header, claims + b"AA", signature])):
        with pytest.raises(ReceiptRefused):
            deposited(bureau, jws)


def test_a_receipt_deposited_before_its_own_registry_kept_it_is_rooted_once(bureau: Bureau) -> None:
    jws = bureau.issue()[0]
    held = bureau.issuer.take()
    deposited(bureau, jws)
    bureau.root()
    before = bureau.prove(jws)
    bureau.issuer.give_back(held)
    bureau.root()
    bureau.root()
    assert bureau.prove(jws) == before
