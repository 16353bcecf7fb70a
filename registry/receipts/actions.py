"""Depositing a receipt again, should the registry have lost it before it was kept."""

from datetime import datetime

from registry.db import Transaction
from registry.receipts import queries
from registry.receipts.keys import every_key
from registry.receipts.rules import ReceiptRefused
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.verification.receipt import Receipt, leaf_of, thumbprint


def deposit(tx: Transaction, jws: str, *, present: VerifierKey, now: datetime) -> None:
    """Keep a receipt that this registry signed, as if it had just done so. One that is kept stays as it is.

    Raises:
        ReceiptRefused: it is none, or of no key that receipts have been signed with.
    """
    try:
        receipt = Receipt.parse(jws)
        keys = {thumbprint(key.public_key): key for key in every_key(tx, present)}
        if receipt.kid not in keys:
            raise ReceiptRefused
        receipt.check(keys[receipt.kid].public_key)
    except (Malformed, Unproved) as fault:
        raise ReceiptRefused from fault
    digest = leaf_of(jws.encode())
    if queries.place_of(tx, digest) is None and not queries.is_waiting(tx, digest):
        queries.keep(tx, [digest], now)
