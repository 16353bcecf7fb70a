"""Tampering with rows: whoever changes a table directly is found, and the row is named."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, update

from registry.auditlog import Sealed, append_many, conceal
from registry.auditlog.checking.tampering import find_tampering
from registry.auditlog.tables import CHECKPOINT, ENTRY, OPENING, SERVED, STATE, SUBJECT, TILE
from registry.callers import SYSTEM
from registry.db import Database, Transaction
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.tree import leaf_hash
from registry.verification.findings import Report
from tests.auditlog_world import NOW, ORIGIN, SIGNER, grow, happened
from tests.integration.auditlog.damage import without_guards

FORGED = (
    b'{"actor":null,"at":"2026-01-01T00:00:00Z","org":null,"prev":null,'
    b'"subject":{"id":"thing-301","kind":"thing"},"type":"test.happened","v":1}'
)


def search(db: Database) -> Report:
    with db.read() as reading:
        return find_tampering(reading, SIGNER.keys)


def named(report: Report) -> set[tuple[str, str]]:
    return {(finding.code, finding.place) for finding in report.findings}


def test_an_honest_log_is_sound(published: Database) -> None:
    grow(published, 80, start=700)
    grow(published, 300, start=300)
    with published.write() as tx:
        append_many(tx, [happened(tx, actor=conceal(tx, SYSTEM)), Sealed(happened(tx, actor=None))])
    report = search(published)
    assert report.text() == f"{ORIGIN}: all 1082 entries are as they were signed"


def test_an_empty_log_is_sound(database: Database) -> None:
    assert search(database).is_sound


def remove_entry(tx: Transaction, index: int) -> None:
    tx.execute(delete(OPENING).where(OPENING.c.idx == index))
    tx.execute(delete(ENTRY).where(ENTRY.c.idx == index))


TAMPERING: dict[str, tuple[Callable[[Transaction], object], set[tuple[str, str]]]] = {
    "an entry's body": (
        lambda tx: tx.execute(update(ENTRY).where(ENTRY.c.idx == 301).values(body=FORGED)),
        {("row-changed", "log_entry 301"), ("row-changed", "log_subject thing thing-301")},
    ),
    "an entry's leaf hash": (
        lambda tx: tx.execute(update(ENTRY).where(ENTRY.c.idx == 301).values(leaf_hash=bytes(32))),
        {
            ("row-changed", "log_entry 301"),
            ("row-changed", "log_subject thing thing-301"),
            ("row-changed", "log_tile_hash 1 1"),
            ("root-differs", "checkpoint 700"),
            ("row-changed", "log_state"),
        },
    ),
    "an entry with its leaf hash": (
        lambda tx: tx.execute(
            update(ENTRY).where(ENTRY.c.idx == 301).values(body=FORGED, leaf_hash=leaf_hash(FORGED))
        ),
        {
            ("row-foreign", "log_opening 301 actor"),
            ("row-changed", "log_tile_hash 1 1"),
            ("root-differs", "checkpoint 700"),
            ("row-changed", "log_state"),
        },
    ),
    "an entry made into something else": (
        lambda tx: tx.execute(
            update(ENTRY).where(ENTRY.c.idx == 699).values(body=b"[]", leaf_hash=leaf_hash(b"[]"))
        ),
        {
            ("row-changed", "log_entry 699"),
            ("row-changed", "log_subject thing thing-699"),
            ("root-differs", "checkpoint 700"),
            ("row-changed", "log_state"),
        },
    ),
    "an entry that is gone": (
        lambda tx: remove_entry(tx, 301),
        {("row-missing", "log_entry 301"), ("row-changed", "log_subject thing thing-301")},
    ),
    "the last entry that is gone": (
        lambda tx: remove_entry(tx, 699),
        {("row-missing", "log_entry 699"), ("row-changed", "log_subject thing thing-699")},
    ),
    "a tile hash": (
        lambda tx: tx.execute(update(TILE).where(TILE.c.idx == 1).values(hash=bytes(32))),
        {("row-changed", "log_tile_hash 1 1")},
    ),
    "a tile hash that is gone": (
        lambda tx: tx.execute(delete(TILE).where(TILE.c.idx == 1)),
        {("row-missing", "log_tile_hash 1 1")},
    ),
    "a tile hash too many": (
        lambda tx: tx.execute(insert(TILE).values(level=1, idx=9, hash=bytes(32))),
        {("row-foreign", "log_tile_hash 1 9")},
    ),
    "the right edge": (
        lambda tx: tx.execute(update(STATE).values(frontier=bytes(32 * 6))),
        {("row-changed", "log_state")},
    ),
    "the size": (lambda tx: tx.execute(update(STATE).values(size=699)), {("row-changed", "log_state")}),
    "a checkpoint's note": (
        lambda tx: tx.execute(update(CHECKPOINT).where(CHECKPOINT.c.size == 300).values(note="x\n")),
        {("row-changed", "checkpoint 300"), ("row-changed", "served_checkpoint 300")},
    ),
    "a checkpoint's root": (
        lambda tx: tx.execute(update(CHECKPOINT).where(CHECKPOINT.c.size == 300).values(root=bytes(32))),
        {("row-changed", "checkpoint 300"), ("root-differs", "checkpoint 300")},
    ),
    "a checkpoint of more entries": (
        lambda tx: tx.execute(
            insert(CHECKPOINT).values(
                size=900,
                root=bytes(32),
                note=Checkpoint(ORIGIN, 900, bytes(32)).signed(SIGNER),
                published_at=NOW,
            )
        ),
        {("row-missing", "log_entry 700, which checkpoint 900 signs")},
    ),
    "an opening's value": (
        lambda tx: tx.execute(
            update(OPENING).where(OPENING.c.idx == 301, OPENING.c.field == "actor").values(value="person:x")
        ),
        {("row-changed", "log_opening 301 actor")},
    ),
    "an opening's salt": (
        lambda tx: tx.execute(
            update(OPENING).where(OPENING.c.idx == 300, OPENING.c.field == "entry").values(salt=bytes(32))
        ),
        {("row-changed", "log_opening 300 entry"), ("row-changed", "log_subject thing thing-300")},
    ),
    "an opening that is gone": (
        lambda tx: tx.execute(delete(OPENING).where(OPENING.c.idx == 301)),
        {("row-missing", "log_opening 301 actor")},
    ),
    "an opening of nothing": (
        lambda tx: tx.execute(
            insert(OPENING).values(idx=301, field="entry", salt=bytes(32), value="{}", public=True)
        ),
        {("row-foreign", "log_opening 301 entry")},
    ),
    "where a subject's history begins": (
        lambda tx: tx.execute(update(SUBJECT).where(SUBJECT.c.id == "thing-301").values(idx=1)),
        {("row-changed", "log_subject thing thing-301")},
    ),
    "a subject without history": (
        lambda tx: tx.execute(insert(SUBJECT).values(kind="thing", id="thing-x", idx=1)),
        {("row-changed", "log_subject thing thing-x")},
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found_and_named(published: Database, what: str) -> None:
    tamper, findings = TAMPERING[what]
    with without_guards(published) as tx:
        tamper(tx)
    assert named(search(published)) == findings


def test_an_entry_that_skips_its_history_is_named(database: Database) -> None:
    grow(database, 1, start=1)
    with without_guards(database) as tx:
        tx.execute(delete(SUBJECT))
    grow(database, 1, start=1)
    assert named(search(database)) == {("row-changed", "log_entry 1")}


def test_every_table_of_the_log_is_tampered_with() -> None:
    tables = {table.name for table in (ENTRY, TILE, STATE, OPENING, SUBJECT, CHECKPOINT, SERVED)}
    places = {place.split()[0] for _, findings in TAMPERING.values() for _, place in findings}
    assert places == tables


def test_progress_is_told(published: Database) -> None:
    told: list[tuple[int, int]] = []
    with published.read() as reading:
        find_tampering(reading, SIGNER.keys, lambda done, total: told.append((done, total)))
    assert told[-1] == (700, 700)
