"""Once an hour: the receipts kept before it enter the tree, and its new root the main log.

All of it is one transaction, so that a root is in the main log exactly when its tree is here. The receipts of
an hour are put at places drawn by chance among all that the hour adds (`rules.padded`): a place tells neither
when a receipt was given nor how many there are. Nothing is signed here. The checkpoint of this log is signed
when it is asked for, from a root that the published main log names: what keeps that log from forking keeps
this one.
"""

import secrets
from datetime import datetime
from random import Random

from registry.auditlog import Event, Subject, append_many
from registry.clock import stamp
from registry.db import Database, Reading, Transaction
from registry.receipts import queries
from registry.receipts.events import (
    KIND_OF_KEY,
    KIND_OF_ROOT,
    SUBJECT,
    DecisionsRooted,
    ReceiptKeyIntroduced,
)
from registry.receipts.keys import introduced_keys
from registry.receipts.rules import hour_of, padded
from registry.receipts.tables import ReceiptRoot
from registry.receipts.tree import grow, padding_at, subtrees
from registry.tlog.keys import VerifierKey
from registry.tlog.tree import Frontier, frontier


def is_root_due(reading: Reading, hour: datetime) -> bool:
    """Whether this hour has still to be rooted. From the first receipt on every hour is, though empty."""
    last = queries.newest_root(reading)
    return last.hour < hour if last else queries.has_waiting(reading, hour)


def make_root(db: Database, key: VerifierKey, now: datetime) -> None:
    """Root what was kept before this hour, unless that is done.

    Raises:
        IntegrityError: another worker does so at the same moment.
    """
    hour = hour_of(now)
    with db.write() as tx:
        if is_root_due(tx, hour):
            rows, waiting = queries.waiting_before(tx, hour)
            queries.wait_no_longer(tx, rows)
            _root(tx, waiting, key, hour=hour, now=now)


def _root(tx: Transaction, waiting: list[bytes], key: VerifierKey, *, hour: datetime, now: datetime) -> None:
    last = queries.newest_root(tx)
    edge = frontier(last.size, subtrees(tx)) if last else Frontier()
    added = range(edge.size, edge.size + padded(len(waiting)))
    chance = Random(secrets.randbits(256))  # noqa: S311 - nobody sees its seed, or more than the places
    places = dict(zip(chance.sample(added, len(waiting)), waiting, strict=True))
    secret = secrets.token_bytes(32)
    queries.add_leaves(tx, places)
    grown = grow(edge, (places.get(index) or padding_at(secret, index) for index in added))
    queries.add_tile_hashes(tx, grown)
    root = edge.root()
    indices = append_many(tx, [*_introduction(tx, key, now), _rooted(root, hour, now)])
    tx.insert(ReceiptRoot, hour=hour, size=edge.size, root=root, padding=secret, log_index=indices[-1])


def _rooted(root: bytes, hour: datetime, now: datetime) -> Event:
    subject = Subject(KIND_OF_ROOT, SUBJECT, digest=f"sha256:{root.hex()}")
    return DecisionsRooted(at=now, org="", actor=None, subject=subject, until=stamp(hour))


def _introduction(reading: Reading, key: VerifierKey, now: datetime) -> list[Event]:
    """The event that introduces the key, unless the main log names it as the present one."""
    if introduced_keys(reading)[:1] == [key]:
        return []
    subject = Subject(KIND_OF_KEY, SUBJECT)
    return [ReceiptKeyIntroduced(at=now, org="", actor=None, subject=subject, new_key=key.text())]
