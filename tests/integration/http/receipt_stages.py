"""A receipt whose hour is over: rooted, and its root published."""

import time
from datetime import timedelta

from registry import clock
from registry.auditlog.served import newest_served
from registry.receipts import queries
from registry.receipts.rooting import make_root
from registry.verification.receipt import leaf_of
from tests.integration.http.deed import Thing
from tests.integration.http.world import World


def rooted(world: World) -> Thing:
    """The hash of a receipt that can be proved."""
    issuer, now = world.app.registry.issuer_of_receipts, clock.now()
    digest = leaf_of(issuer.issue(b"{}"))
    with world.db.write() as tx:
        queries.keep(tx, [digest], now - timedelta(hours=1))
    make_root(world.db, issuer.signer.key, now)
    while not is_published(world):
        time.sleep(0.05)
    return Thing(digest.hex(), "", "")


def is_published(world: World) -> bool:
    """Whether the newest root is in the published log."""
    with world.db.read() as reading:
        newest, shown = queries.newest_root(reading), newest_served(reading)
    return newest is not None and shown is not None and newest.log_index < shown.size
