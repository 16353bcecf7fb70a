"""Whoever changes rows of receipts behind the registry's back is found by the check of the log, and named."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Executable, delete, insert, update

from registry.auditlog.checking.tampering import find_tampering
from registry.receipts.ledger import LEDGERS
from registry.receipts.tables import LEAF, ROOT, TILE
from tests.auditlog_world import SIGNER
from tests.integration.auditlog.damage import without_guards
from tests.integration.receipts.conftest import Bureau

ZERO = bytes(32)
CHANGES: dict[str, tuple[Executable, set[str]]] = {
    "a leaf changed": (
        update(LEAF).where(LEAF.c.idx < 256).values(digest=ZERO),
        {"receipt_tile_hash 1 0", "receipt_root of entry 1"},
    ),
    "a leaf removed": (delete(LEAF), {"receipt_tile_hash 1 0", "receipt_root of entry 1"}),
    "a leaf added": (insert(LEAF).values(idx=512, digest=ZERO), {"receipt_leaf from 512 on"}),
    "a tile hash changed": (
        update(TILE).where(TILE.c.idx == 1).values(hash=ZERO),
        {"receipt_tile_hash 1 1"},
    ),
    "a tile hash removed": (delete(TILE).where(TILE.c.idx == 1), {"receipt_tile_hash 1 1"}),
    "padding changed": (
        update(ROOT).where(ROOT.c.size == 512).values(padding=ZERO),
        {"receipt_tile_hash 1 1", "receipt_root of entry 2"},
    ),
    "a root changed": (update(ROOT).where(ROOT.c.size == 512).values(root=ZERO), {"receipt_root of entry 2"}),
    "a root removed": (delete(ROOT).where(ROOT.c.size == 512), {"receipt_root of entry 2"}),
    "a root added": (
        insert(ROOT).values(
            hour=datetime(2027, 1, 1, tzinfo=UTC), size=768, root=ZERO, padding=ZERO, log_index=0
        ),
        {"receipt_root of entry 0"},
    ),
}


def found(bureau: Bureau) -> set[str]:
    with bureau.db.read() as reading:
        report = find_tampering(reading, [SIGNER.key], ledgers=LEDGERS)
    return {finding.place for finding in report.findings}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_named(bureau: Bureau, change: str) -> None:
    for _ in range(2):
        bureau.issue()
        bureau.root()
    assert found(bureau) == set()

    statement, places = CHANGES[change]
    with without_guards(bureau.db) as tx:
        tx.execute(statement)
    assert found(bureau) >= places
